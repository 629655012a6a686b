import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createProxy, type Server } from "node:http";
import { type AddressInfo, connect as connectTo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { within } from "../../../providers/core/cloud/renewable";
import { openstack } from "../../../providers/openstack/cloud";
import { makeCertificate } from "../../kit/certificate";
import { issued, PROJECT, passwordConfig, settings } from "../../kit/openstack-server";
import { ScriptedServer } from "../../kit/scripted-server";
import { skip } from "../../kit/skip";

describe("OpenStack over TLS", function () {
  this.timeout(30_000);
  let folder: string;
  let server: ScriptedServer;
  let certFile: string;

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), "tls-"));
    const files =
      makeCertificate(folder, "IP:127.0.0.1,DNS:keystone.test") ??
      skip(this, "no openssl to make a certificate with");
    certFile = files.cert;
    const tls = { key: readFileSync(files.key), cert: readFileSync(certFile) };
    server = await ScriptedServer.start({ tls });
    server.on(/auth\/tokens$/, () => issued(server, "t"));
  });
  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const connect = (config: Record<string, string> = {}, env: Record<string, string> = {}) =>
    openstack.connect({}, settings({ ...passwordConfig(server), ...config }, env), within(10_000));

  it("does not trust a certificate that nobody vouches for, and says how to", async () => {
    await assert.rejects(connect(), (error: never) => {
      const { outcome, hint } = openstack.classify(error, "find");
      assert.equal(outcome, "permanent");
      assert.match(hint ?? "", /cacertFile, OS_CACERT/);
      return true;
    });
  });

  it("trusts the certificate in a file, in a text, or any if told so", async () => {
    const ways: [Record<string, string>, Record<string, string>][] = [
      [{}, { OS_CACERT: certFile }],
      [{ "openstack:cacertFile": certFile }, {}],
      [{ "openstack:cacertFile": readFileSync(certFile, "utf8") }, {}],
      [{ "openstack:insecure": "true" }, {}],
      [{}, { OS_INSECURE: "1" }],
    ];
    for (const [config, env] of ways) assert.equal((await connect(config, env)).accountId, PROJECT);
  });

  it("does not let the environment's trust overrule config's distrust", async () => {
    await assert.rejects(connect({ "openstack:insecure": "false" }, { OS_INSECURE: "true" }));
  });

  it("names a file that is not there", async () => {
    await assert.rejects(
      connect({}, { OS_CACERT: "/no/such.pem" }),
      /cacertFile .* is neither PEM nor the path of a file that can be read: \/no\/such.pem/,
    );
  });

  describe("through a proxy", () => {
    let proxy: Server;
    let tunnels: string[];
    const sockets = new Set<Socket>();

    beforeEach(async () => {
      tunnels = [];
      proxy = createProxy();
      proxy.on("connection", (socket: Socket) => sockets.add(socket));
      proxy.on("connect", (request, socket: Socket) => {
        tunnels.push(`${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
        const upstream = connectTo(Number(new URL(server.url).port), "127.0.0.1", () => {
          socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
          upstream.pipe(socket).pipe(upstream);
        });
        for (const end of [upstream, socket]) end.on("error", () => {});
        sockets.add(upstream);
      });
      await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    });
    afterEach(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    });

    const at = (userInfo = "") => `http://${userInfo}127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const elsewhere = { "openstack:authUrl": "https://keystone.test/v3" };

    it("checks the certificate of the far end, and logs in to the proxy", async () => {
      const env = { https_proxy: at("me:pa55@"), OS_CACERT: certFile };
      assert.equal((await connect(elsewhere, env)).accountId, PROJECT);
      assert.deepEqual(tunnels, [`keystone.test:443 Basic ${Buffer.from("me:pa55").toString("base64")}`]);
      await assert.rejects(connect(elsewhere, { HTTPS_PROXY: at() }), {
        code: "DEPTH_ZERO_SELF_SIGNED_CERT",
      });
    });

    it("does not send there what is for this machine, or exempt", async () => {
      assert.equal((await connect({}, { https_proxy: at(), OS_CACERT: certFile })).accountId, PROJECT);
      const exempt = { https_proxy: at(), no_proxy: "example.com,.test", OS_CACERT: certFile };
      await assert.rejects(connect(elsewhere, exempt), { code: /ENOTFOUND|EAI_AGAIN/ });
      assert.deepEqual(tunnels, []);
    });
  });
});
