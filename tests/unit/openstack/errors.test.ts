import assert from "node:assert/strict";
import { forgetAll } from "../../../providers/core/cloud/kept";
import { within } from "../../../providers/core/cloud/renewable";
import { CloudError, type Outcome, type Verb } from "../../../providers/core/contract/errors";
import { schema } from "../../../providers/core/util/schema";
import type { NovaSession } from "../../../providers/openstack/client";
import { openstack } from "../../../providers/openstack/cloud";
import { passwordConfig, settings, startOpenStack } from "../../kit/openstack-server";
import type { Reply, ScriptedServer } from "../../kit/scripted-server";

const neutronIds = "\nNeutron server returns request_ids: ['req-8f5a0f0e-2d1b-4f0e-9b1a-111111111111']";
const unexpected =
  "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.\n";

/** Answers of a true Nova 26.2.2 (Zed), and what each means to attach, detach, find. */
const answers: [string, Reply, Record<Verb, Outcome>][] = [
  [
    "already attached",
    fault(
      400,
      "badRequest",
      `Invalid input for security_groups. Reason: Duplicate items in the list: 'sg'.${neutronIds}`,
    ),
    { attach: "settled", detach: "permanent", find: "permanent" },
  ],
  [
    "an interface without port security",
    fault(
      400,
      "badRequest",
      "Network requires port_security_enabled and subnet associated in order to apply security groups.",
    ),
    { attach: "permanent", detach: "permanent", find: "permanent" },
  ],
  [
    "not attached",
    fault(404, "itemNotFound", "Security group sg not associated with the instance i"),
    { attach: "permanent", detach: "settled", find: "permanent" },
  ],
  [
    "unknown group",
    fault(404, "itemNotFound", "Security group sg is not found for project p"),
    { attach: "permanent", detach: "missing", find: "permanent" },
  ],
  ["unknown server", fault(404, "itemNotFound", "Instance i could not be found."), all("missing")],
  [
    "a server without ports",
    fault(404, "itemNotFound", "instance_id i could not be found as device id on any ports"),
    { attach: "unclear", detach: "settled", find: "permanent" },
  ],
  [
    "an ambiguous name",
    fault(
      409,
      "conflictingRequest",
      "Multiple security_group matches found for name 'x', use an ID to be more specific.",
    ),
    { attach: "permanent", detach: "permanent", find: "permanent" },
  ],
  ["another conflict", fault(409, "conflictingRequest", "busy"), all("busy")],
  [
    "stateless beside stateful",
    fault(500, "computeFault", `${unexpected}<class 'neutronclient.common.exceptions.Conflict'>`),
    all("permanent"),
  ],
  [
    "stateless beside stateful, since Nova 30",
    fault(
      409,
      "conflictingRequest",
      "Error cannot apply both stateful and stateless security groups on the same port while attempting the operation.",
    ),
    all("permanent"),
  ],
  [
    "Neutron down",
    fault(500, "computeFault", `${unexpected}<class 'keystoneauth1.exceptions.connection.ConnectFailure'>`),
    all("transient"),
  ],
  [
    "a wrong project in the URL",
    fault(
      400,
      "badRequest",
      "Malformed request URL: URL's project_id 'a' doesn't match Context's project_id 'b'",
    ),
    all("permanent"),
  ],
  ["a role that may not", fault(403, "forbidden", "Policy doesn't allow it"), all("permanent")],
  [
    "too many requests",
    { ...fault(429, "overLimit", "slow down"), headers: { "retry-after": "7" } },
    all("throttled"),
  ],
  ["over the limit, the old way", fault(413, "overLimit", "slow down"), all("throttled")],
  ["a request timeout", fault(408, "requestTimeout", "too slow"), all("transient")],
  [
    "a gateway's page, 502",
    { status: 502, body: "<html><title>Bad Gateway</title></html>" },
    all("transient"),
  ],
  ["a proxy's page, 404", { status: 404, body: "<html><title>Not here</title></html>" }, all("permanent")],
  ["an empty 404", { status: 404 }, all("permanent")],
  ["a page in place of the list", { status: 200, body: "<html>Log in</html>" }, all("unclear")],
  ["JSON that is not the list", { status: 200, body: {} }, all("unclear")],
  ["nothing in place of the list", { status: 200 }, all("unclear")],
  ["a redirection", { status: 302, headers: { location: "https://login.example/" } }, all("permanent")],
  ["a reset connection", "reset", all("transient")],
];

function fault(status: number, name: string, message: string) {
  return { status, body: { [name]: { code: status, message } } };
}

function all(outcome: Outcome): Record<Verb, Outcome> {
  return { attach: outcome, detach: outcome, find: outcome };
}

describe("OpenStack errors", () => {
  let server: ScriptedServer;
  let session: NovaSession;

  // A session of its own for each: a refusal for its rate slows down what comes after it.
  beforeEach(async () => {
    forgetAll();
    server = await startOpenStack();
    session = await openstack.connect({}, settings(passwordConfig(server)), within(5_000));
  });
  afterEach(() => server.stop());

  const request = { action: "listServerSecurityGroups", ids: [], path: "/servers/i/os-security-groups" };
  const groups = schema((v) => v.object({ security_groups: v.array(v.object({ id: v.string() })) }));
  const list = (deadline = within(5_000)) => session.request("compute", request, deadline, groups);

  async function errorOf(reply: Reply): Promise<CloudError> {
    server.on(/servers/, reply);
    return list().then(
      () => assert.fail("no error"),
      (error) => {
        assert.ok(error instanceof CloudError, error);
        return error;
      },
    );
  }

  for (const [name, reply, outcomes] of answers) {
    it(`tells what ${name} means`, async () => {
      const error = await errorOf(reply);
      for (const verb of ["attach", "detach", "find"] as const) {
        assert.equal(
          openstack.classify(error, verb).outcome,
          outcomes[verb],
          `${verb}: ${error.code} ${error.message}`,
        );
      }
      assert.equal(error.action, "listServerSecurityGroups");
    });
  }

  it("keeps the fault's name, message, request id and the wait that is asked for", async () => {
    const error = await errorOf({ ...fault(429, "overLimit", "slow down"), headers: { "retry-after": "7" } });
    const { code, message, status, requestId, retryAfter } = error;
    assert.deepEqual(
      { code, message, status, requestId, retryAfter },
      { code: "overLimit", message: "slow down", status: 429, requestId: "req-1", retryAfter: 7000 },
    );
  });

  it("does not follow a redirection with the token", async () => {
    const before = server.seen.length;
    await errorOf({ status: 307, headers: { location: `${server.url}/elsewhere` } });
    assert.equal(server.seen.length, before + 1);
  });

  it("ends with the operation while the cloud is silent", async () => {
    server.on(/servers/, "silence");
    const controller = new AbortController();
    const waiting = list({ signal: controller.signal, remaining: () => 60_000 });
    setTimeout(() => controller.abort(new Error("the deadline passed")), 50);
    await assert.rejects(waiting, /the deadline passed/);
  });

  it("reports silence as a timeout, after which the outcome is unknown", async () => {
    server.on(/servers/, "silence");
    const waiting = list({ signal: new AbortController().signal, remaining: () => 50 });
    await assert.rejects(waiting, (error: CloudError) => {
      assert.equal(error.code, "Timeout");
      assert.equal(openstack.classify(error, "attach").outcome, "transient");
      return true;
    });
  });

  it("has a hint for a certificate that nobody vouches for", () => {
    const error = new CloudError({ code: "SELF_SIGNED_CERT_IN_CHAIN", message: "self-signed certificate" });
    const { outcome, hint } = openstack.classify(error, "find");
    assert.equal(outcome, "permanent");
    assert.match(hint ?? "", /cacertFile, OS_CACERT/);
  });
});
