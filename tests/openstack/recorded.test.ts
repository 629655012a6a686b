import { readFileSync } from "node:fs";
import { skip } from "../kit/skip";
import {
  Account,
  keystoneCases,
  login,
  novaCases,
  type OpenStackUnderTest,
} from "../simulator/openstack-cases";

/** The simulator's answers were recorded from a true OpenStack; here the true one is asked again. */
describe("true OpenStack", () => {
  let stage: OpenStackUnderTest;
  before(async function () {
    const file = process.env.OPENSTACK_TEST ?? skip(this, "needs `npm run test:openstack`");
    const openrc = JSON.parse(readFileSync(file, "utf8"));
    if (openrc.other_users === undefined) skip(this, "this cloud is not ours to fill with accounts");
    stage = {
      authUrl: openrc.auth_url,
      compute: openrc.compute,
      network: openrc.network.replace(/\/v2\.0$/, ""),
      password: openrc.password,
      userId: openrc.user_id,
      projectId: openrc.project_id,
      applicationCredential: openrc.application_credential,
      oneNic: openrc.servers["one-nic"],
      twoNic: openrc.servers["two-nic"],
      web: openrc.security_groups.web,
      db: openrc.security_groups.db,
      default: "",
      foreign: openrc.foreign_security_group,
    };
    const demo = new Account(stage, await login(stage, "demo", "demo"));
    [stage.default = ""] = await demo.groupsNamed("default");
  });

  describe("Nova", () => novaCases(() => stage));
  describe("Keystone", () => keystoneCases(() => stage));
});
