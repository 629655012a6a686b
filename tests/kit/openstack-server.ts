import { type Settings, settingsFrom } from "../../providers/core/util/settings";
import { type Reply, ScriptedServer } from "./scripted-server";

export const PROJECT = "a981572b0b1845b280f799f99a288c86";
export const SERVER = "8ef5c41f-0774-4258-8879-ffe9b63b10c7";
export const WEB = "ea3f45c8-ac6b-44c8-9729-424596f7e360";
export const DB = "11111111-2222-4333-8444-555555555555";

/** Settings of a stack and a shell that hold just this. */
export function settings(config: Record<string, string> = {}, env: Record<string, string> = {}): Settings {
  return settingsFrom((key) => config[key], env);
}

/** A server that logs anybody in to {@link PROJECT} and shows its own compute and network endpoints in RegionOne. */
export async function startOpenStack(): Promise<ScriptedServer> {
  const server = await ScriptedServer.start({ headers: { "x-openstack-request-id": "req-1" } });
  server.on(/^POST \/(identity\/)?v3\/auth\/tokens$/, () =>
    issued(server, `token-${server.lines(/auth\/tokens/).length}`),
  );
  return server;
}

/** Keystone's answer with a token. */
export function issued(server: ScriptedServer, token: string, more: Record<string, unknown> = {}): Reply {
  const endpoint = (path: string) => [
    { interface: "admin", region: "RegionOne", region_id: "RegionOne", url: "http://127.0.0.1:1/admin" },
    { interface: "public", region: "RegionOne", region_id: "RegionOne", url: `${server.url}${path}` },
  ];
  const body = {
    token: {
      project: { id: PROJECT, name: "demo" },
      catalog: [
        { type: "identity", endpoints: endpoint("/identity") },
        { type: "compute", endpoints: endpoint("/v2.1/") },
        { type: "network", endpoints: endpoint("") },
      ],
      ...more,
    },
  };
  return { status: 201, headers: { "x-subject-token": token }, body };
}

/** The config of a stack that logs in there with a password. */
export function passwordConfig(server: ScriptedServer): Record<string, string> {
  return {
    "openstack:authUrl": `${server.url}/v3`,
    "openstack:userName": "demo",
    "openstack:password": "pa55-word",
    "openstack:tenantName": "demo",
  };
}
