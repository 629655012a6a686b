import type { TlsSettings } from "../core/cloud/http";
import { Renewable } from "../core/cloud/renewable";
import type { Deadline } from "../core/contract/cloud";
import type { Settings } from "../core/util/settings";
import { ApiSession, Client, type NovaSession } from "../openstack/client";
import { type Agency, idOfProject, keysOfAgency } from "./iam";
import { type Keys, Signer } from "./signer";

/** How to reach, with an access key, a Nova behind Huawei's gateway. */
export interface KeyAccess {
  keys: Keys;
  /** Whose temporary keys to use in place of these. */
  agency?: Agency;
  region: string;
  /** By name it is looked up, in the account that the keys in use belong to. */
  project: { id: string } | { name: string };
  iam: URL;
  endpoints(projectId: string): { compute: URL; network?: URL };
  tls: TlsSettings;
}

/**
 * The session of an access key. It makes no call where the project's id is known: the first request proves the key.
 *
 * @param name - of the cloud, for the log.
 * @throws CloudError, or an Error that says what is missing.
 */
export async function keySession(
  name: string,
  access: KeyAccess,
  settings: Settings,
  deadline: Deadline,
): Promise<NovaSession> {
  const { agency, iam, tls, project } = access;
  const own = new Renewable(async () => access.keys);
  const client = (signer: Signer) => new Client(name, settings, tls, signer);
  const keys = agency
    ? new Renewable((limits) => keysOfAgency(client(new Signer(own)), iam, agency, limits))
    : own;
  const isTemporary = agency !== undefined;
  const projectId =
    "id" in project
      ? project.id
      : await idOfProject(client(new Signer(keys, undefined, isTemporary)), iam, project.name, deadline);
  const signer = new Signer(keys, projectId, isTemporary);
  return new ApiSession(client(signer), projectId, access.region, access.endpoints(projectId));
}
