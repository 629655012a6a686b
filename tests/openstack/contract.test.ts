import { securityGroupAttachment } from "../../providers/openstack/compute/security-group-attachment";
import type { Stage } from "../contract/stage";
import { contract } from "../contract/suite";
import { type OpenRc, openRc, otherUser } from "./nova";
import { stageOn, trueServer } from "./stage";

describe("a true OpenStack", () => {
  let rc: OpenRc;
  before(function () {
    rc = openRc(this);
  });

  const config: Stage["config"] = (account = "main") => {
    const [user, project] = account === "other" ? otherUser(rc) : [rc.username, rc.project_name];
    return {
      "openstack:authUrl": rc.auth_url,
      "openstack:region": rc.region,
      "openstack:userName": user,
      "openstack:password": account === "wrong" ? "not-the-password" : rc.password,
      "openstack:tenantName": project,
      "openstack:userDomainId": rc.user_domain_id,
      "openstack:projectDomainId": rc.project_domain_id,
    };
  };
  contract(
    trueServer(
      securityGroupAttachment,
      () => rc,
      async () => stageOn(rc, config),
      { faults: "a real cloud cannot be told to fail", journal: "a real cloud's calls are not counted" },
    ),
  );
});
