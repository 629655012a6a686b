import type { RateLimits } from "../core/cloud/rate-limit";
import {
  atLogin,
  type CloudError,
  type ErrorRow,
  type ErrorTable,
  lastGroup,
  lookUp,
  serviceFails,
  tooMany,
  type Verb,
  type Verdict,
  withAction,
} from "../core/contract/errors";

const wait: ErrorRow = { otherwise: "busy" };
const retry: ErrorRow = { otherwise: "transient" };

const noPermission: ErrorRow = {
  otherwise: "permanent",
  isDenied: true,
  hint: "grant the RAM user or role this action",
};
const wrongKey: ErrorRow = {
  otherwise: "permanent",
  hint: "check alicloud:accessKey and alicloud:secretKey, ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY, or the profile",
};
const noInstance: ErrorRow = {
  attach: "missing",
  detach: "missing",
  otherwise: "permanent",
  hint: "the instance must exist in this region and account",
};
const noEni: ErrorRow = {
  ...noInstance,
  hint: "the network interface must exist in this region and account",
};
const noGroup: ErrorRow = { ...noInstance, hint: "the security group must exist in this region and account" };
const isLastGroup: ErrorRow = {
  otherwise: "permanent",
  hint: { detach: lastGroup("an instance or network interface must stay in at least one security group") },
};
const groupQuota: ErrorRow = {
  otherwise: "permanent",
  hint: {
    attach:
      "the instance or network interface is in as many security groups as its quota allows: detach one, or raise the quota in Quota Center",
  },
};
const memberQuota: ErrorRow = {
  otherwise: "permanent",
  hint: {
    attach: "the security group is full: use another one, or an advanced group, which holds more members",
  },
};
const managed: ErrorRow = {
  otherwise: "permanent",
  hint: "another Alibaba Cloud product manages this network interface: change its security groups there",
};
const otherVpc: ErrorRow = {
  otherwise: "permanent",
  hint: { attach: "both ends must be in the same VPC and region" },
};
const noRegion: ErrorRow = {
  otherwise: "permanent",
  hint: "check the argument region, config alicloud:region or ALICLOUD_REGION",
};
const wrongClock: ErrorRow = {
  otherwise: "permanent",
  hint: "the clock of this machine is wrong: synchronise it",
};
const OPAQUE = "ENS does not say why: an instance must be running or stopped";
const opaque: ErrorRow = {
  otherwise: "unclear",
  hint: {
    attach: `${OPAQUE}; else give Alibaba Cloud's support the request id`,
    detach: `${lastGroup(`${OPAQUE}, and stay in at least one security group`)}; else give Alibaba Cloud's support the request id`,
  },
};

/**
 * What the codes of ESS, ECS, ENS and STS mean. Sources: the error tables of AttachVServerGroups and DetachVServerGroups
 * (ESS 2014-08-28), JoinSecurityGroup and LeaveSecurityGroup (ECS 2014-05-26, with the comments of
 * @alicloud/ecs20140526 7.11.6), JoinSecurityGroup and LeaveSecurityGroup (ENS 2017-11-10), and the vendor's common error
 * codes. Codes that no table lists are marked "seen": other clients report them from the real cloud.
 */
export const table: ErrorTable = {
  codes: {
    // ---- Common to all products.
    InternalError: serviceFails,
    ServiceUnavailable: serviceFails,
    UnknownError: serviceFails,
    SystemBusy: serviceFails,
    // 504, "The request timed out": it may have been carried out.
    RequestTimeout: serviceFails,
    // "The specified signature nonce was used already."
    SignatureNonceUsed: retry,
    // A request with the same ClientToken is being worked on.
    LastTokenProcessing: retry,
    IdempotentProcessing: retry,
    SignatureDoesNotMatch: wrongKey,
    IncompleteSignature: wrongKey,
    "InvalidSecurityToken.Expired": {
      otherwise: "permanent",
      hint: "the temporary credentials have expired: log in again, or set connection.assumeRole so that they are renewed",
    },
    "InvalidTimeStamp.Expired": wrongClock,
    "InvalidTimeStamp.Format": wrongClock,
    "InvalidRegionId.NotFound": noRegion,
    NoPermission: noPermission,

    // ---- ESS. "The specified scaling group does not exist in this account."
    "InvalidScalingGroupId.NotFound": {
      ...noInstance,
      hint: "the scaling group must exist in this region and account",
    },
    // Seen instead of the former, with a message that names ScalingGroupId; also for other parameters.
    InvalidParameter: { attach: "permanent", detach: "unclear", otherwise: "permanent" },
    "InvalidLoadBalancerId.NotFound": {
      attach: "permanent",
      detach: "missing",
      otherwise: "permanent",
      hint: "the load balancer must exist in this region and account",
    },
    // "The specified load balancer and the scaling group are not in the same region."
    "InvalidLoadBalancerId.RegionMismatch": otherVpc,
    "InvalidLoadBalancerId.VPCMismatch": otherVpc,
    // "The specified VServer group does not belong to the specified load balancer."
    "InvalidVServerGroupId.ForLoadBalancer": {
      attach: "permanent",
      detach: "missing",
      otherwise: "permanent",
      hint: { attach: "loadBalancerId must be the load balancer that vserverGroupId belongs to" },
    },
    // "The number of VServer groups of the scaling group exceeds the quota." Each port of a group counts.
    "QuotaExceeded.VServerGroup": {
      otherwise: "permanent",
      hint: {
        attach:
          "a scaling group takes 5 VServer groups by default, each port counting as one: detach one, or raise the quota in Quota Center",
      },
    },
    // "The current health check type of the specified load balancer does not support this action."
    IncorrectLoadBalancerHealthCheck: {
      otherwise: "permanent",
      hint: {
        attach:
          "the load balancer needs a listener with its health check on; make the attachment depend on it: dependsOn: [listener]",
        detach:
          "the load balancer needs a listener with its health check on: switch it on until this is detached",
      },
    },
    // "The current status of the specified load balancer does not support this action": it must be active.
    IncorrectLoadBalancerStatus: {
      otherwise: "busy",
      hint: "the load balancer must be active: start it",
    },
    // Seen: codes of the load balancer that leak through while it is being configured.
    VServerGroupProcessing: wait,
    "BackendServer.configuring": wait,
    ServiceIsConfiguring: wait,
    ServiceIsStopping: wait,
    OperationBusy: wait,
    // Seen on the sibling calls of AttachVServerGroups.
    IncorrectScalingGroupStatus: wait,
    ScalingActivityInProgress: wait,

    // ---- ECS and ENS. "The specified instance is already in the specified security group."
    "InvalidInstanceId.AlreadyExists": { attach: "settled", otherwise: "permanent" },
    // Since 2024-07-08 for a group the instance is not in; before, that was a success.
    "InvalidSecurityGroupAssociation.NotFound": { detach: "settled", otherwise: "permanent" },
    // "The instance is not in the security group."
    InstanceNotInSecurityGroup: { detach: "settled", otherwise: "permanent" },
    "InvalidInstanceId.NotFound": noInstance,
    "Forbidden.InstanceNotFound": noInstance,
    "InvalidEniId.NotFound": noEni,
    "InvalidSecurityGroupId.NotFound": noGroup,
    // "The specified instance only belongs to one security group."
    InstanceLastSecurityGroup: isLastGroup,
    "InvalidOperation.AtLeastInOneGroup": isLastGroup,
    // "The current status of the resource does not support this operation": it must be running or stopped.
    IncorrectInstanceStatus: { otherwise: "busy", hint: "the instance must be running or stopped" },
    "InvalidOperation.InvalidEcsState": {
      otherwise: "busy",
      hint: "the instance must be running or stopped",
    },
    "InvalidOperation.InvalidEniState": {
      otherwise: "busy",
      hint: "the network interface must be available or in use",
    },
    "InvalidStatus.EniOrInstanceIsBeingCreated": wait,
    "Forbidden.InstanceIsBeingCreated": wait,
    // 409, "The operation conflicts with another one."
    "InvalidOperation.Conflict": wait,
    OperationConflict: wait,
    InstanceLockedForSecurity: {
      otherwise: "permanent",
      hint: "Alibaba Cloud has locked the instance for security reasons: unlock it in the console first",
    },
    InstanceSecurityGroupLimitExceeded: groupQuota,
    JoinedGroupLimitExceeded: groupQuota,
    SecurityGroupInstanceLimitExceeded: memberQuota,
    "InvalidOperation.NetworkInterfaceCountExceeded": memberQuota,
    AclLimitExceed: {
      otherwise: "permanent",
      hint: {
        attach: "the rules of all groups of the instance together exceed their quota: remove rules or groups",
      },
    },
    // "The instance cannot be in basic and advanced security groups at once."
    "InvalidOperation.MultiGroupType": {
      otherwise: "permanent",
      hint: {
        attach:
          "an instance is either in basic or in advanced (enterprise) security groups, never in both: use a group of the type of its others",
      },
    },
    "InvalidOperation.NotSupportEnterpriseGroup": {
      otherwise: "permanent",
      hint: {
        attach: "instances of the classic network cannot be in an advanced (enterprise) security group",
      },
    },
    // "The specified instance and security group are not in the same VPC."
    "InvalidInstanceId.Mismatch": otherVpc,
    "InvalidOperation.VpcMismatch": otherVpc,
    "InvalidOperation.ResourceManagedByCloudProduct": {
      otherwise: "permanent",
      hint: {
        attach: "another Alibaba Cloud product manages this security group: use one of your own",
        detach: "another Alibaba Cloud product manages this security group: detach it there",
      },
    },
    "InvalidOperation.EniServiceManaged": managed,
    "InvalidOperation.InvalidEniType": {
      otherwise: "permanent",
      hint: {
        attach: "give instanceId, not networkInterfaceId, for the primary network interface of an instance",
      },
    },
    "InvalidOperation.EniAndGroupNotBelongSameUser": {
      otherwise: "permanent",
      hint: { attach: "the network interface and the security group must belong to the same account" },
    },
    // ENS's bucket for whatever went wrong behind it.
    "ens.interface.error": opaque,
    CallInterface: opaque,
  },
  families: {
    ServiceUnavailable: serviceFails,
    Forbidden: noPermission,
    NoPermission: noPermission,
    InvalidAccessKeyId: wrongKey,
  },
};

/** The vendor's clients tell throttling by this word in the code (openapi-core 1.0.8), whatever the HTTP status. */
const isThrottled = (error: CloudError) => error.code.includes("Throttling");

/** Alibaba Cloud shows its rate limits in Quota Center only, by account: we learn them from its refusals. */
export const limits: RateLimits = { perSecond: {}, isThrottled };

/** The managed policies that allow what we call, by product. */
const policies: Readonly<Record<string, string>> = {
  ess: "AliyunESSFullAccess",
  ecs: "AliyunECSFullAccess",
  ens: "AliyunENSFullAccess",
  sts: "AliyunSTSAssumeRoleAccess",
};

/** In a VPC without internet its own endpoint answers. Source: STS endpoints, "VPC endpoint". */
const STS_HINT =
  "STS does not answer from here: in a VPC without internet set ALIBABA_CLOUD_STS_REGION and ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED=true, or config alicloud:endpoints with sts; else check the network and any proxy";

/** What an error of Alibaba Cloud means to `verb`. */
export function classify(error: CloudError, verb: Verb): Verdict {
  const { action = "" } = error;
  const [product = ""] = action.split(":", 1);
  const verdict = lookUp(isThrottled(error) ? { codes: { [error.code]: tooMany } } : table, error, verb);
  return withAction(
    product === "sts" ? atLogin(error, verdict, STS_HINT) : verdict,
    action,
    policies[product],
  );
}
