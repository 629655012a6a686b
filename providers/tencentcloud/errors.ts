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

const wrongKey: ErrorRow = {
  otherwise: "permanent",
  hint: "check tencentcloud:secretId and tencentcloud:secretKey, TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or the profile",
};
const expiredToken: ErrorRow = {
  otherwise: "permanent",
  hint: "the temporary credentials have expired: log in again, or set connection.assumeRole so that they are renewed",
};
const noPermission: ErrorRow = {
  otherwise: "permanent",
  isDenied: true,
  hint: "grant the CAM user or role this action",
};
const noInstance: ErrorRow = {
  attach: "missing",
  detach: "missing",
  otherwise: "permanent",
  hint: "the instance must exist in this region and account",
};
const noGroup: ErrorRow = {
  attach: "missing",
  detach: "missing",
  otherwise: "permanent",
  hint: "the security group must exist in this region and account",
};
const isEnding: ErrorRow = {
  attach: "permanent",
  // It vanishes by itself, and the attachment with it.
  detach: "busy",
  otherwise: "permanent",
  hint: {
    attach:
      "the instance is on its way out (isolated, shut down or returned): recover it, or take this attachment out of the program",
    detach:
      "the instance is on its way out (isolated, shut down or returned), and its groups cannot be changed: recover it, or wait until it is gone and run pulumi again; the option retainOnDelete leaves the group on it",
  },
};

/**
 * What the codes of CVM and STS mean. Sources: error codes of AssociateSecurityGroups, DisassociateSecurityGroups and
 * DescribeInstances (CVM 2017-03-12; per action in tencentcloud-sdk-go v1.3.166) and the common error codes of API 3.0. No
 * code is documented for "already bound", "not bound" or "last group": a look decides. Codes that no list has are marked
 * "seen": other clients report them from the real cloud.
 */
export const table: ErrorTable = {
  codes: {
    // ---- The instance is occupied. "The instance is busy with another operation", which names it, and
    // "Mutex task is running, please try later", which names nobody.
    "OperationDenied.InstanceOperationInProgress": wait,
    "MutexOperation.TaskRunning": wait,
    // Seen for the latter.
    "DesOperation.MutexTaskRunning": wait,
    // "Instances in PENDING status are not supported." The others of its kind are listed for sibling actions.
    "UnsupportedOperation.InstanceStatePending": wait,
    "UnsupportedOperation.InstanceStateStarting": wait,
    "UnsupportedOperation.InstanceStateStopping": wait,
    "UnsupportedOperation.InstanceStateRebooting": wait,
    "UnsupportedOperation.InstanceStateEnterRescueMode": wait,
    "UnsupportedOperation.InstanceStateExitRescueMode": wait,
    "UnsupportedOperation.InstanceStateEnterServiceLiveMigrate": wait,
    "UnsupportedOperation.InstanceStateServiceLiveMigrate": wait,
    "UnsupportedOperation.InstanceStateExitServiceLiveMigrate": wait,
    // Seen: "The request does not support the instances which are in operation or in a special state."
    "InvalidInstance.NotSupported": wait,

    // ---- The instance is on its way out.
    // Isolated instances stay for days: no deadline waits that long.
    "UnsupportedOperation.InstanceStateIsolating": { ...isEnding, detach: "permanent" },
    "UnsupportedOperation.InstanceStateShutdown": { ...isEnding, detach: "permanent" },
    "UnsupportedOperation.InstanceStateTerminating": isEnding,
    "UnsupportedOperation.InstanceStateTerminated": { ...isEnding, detach: "missing" },
    "UnsupportedOperation.InstanceStateLaunchFailed": {
      otherwise: "permanent",
      hint: {
        attach: "the instance failed to launch: replace it",
        detach: "the instance failed to launch: terminate it, and the attachment goes with it",
      },
    },

    // ---- One of the ends does not exist.
    "InvalidInstanceId.NotFound": noInstance,
    "InvalidSecurityGroupId.NotFound": noGroup,

    // ---- Something behind the API failed: a look decides.
    "FailedOperation.SecurityGroupActionFailed": { otherwise: "unclear" },
    SecGroupActionFailure: { otherwise: "unclear" },

    // Ours: the write was accepted, but LatestOperationState says that it failed afterwards.
    LatestOperationFailed: {
      find: "permanent",
      otherwise: "unclear",
      hint: "the write was accepted and failed afterwards: if it does so again, give Tencent Cloud's support the request id",
    },

    // ---- Limits.
    "LimitExceeded.AssociateUSGLimitExceeded": {
      otherwise: "permanent",
      hint: { attach: "an instance takes 5 security groups: detach one first" },
    },
    "LimitExceeded.CvmsVifsPerSecGroupLimitExceeded": {
      otherwise: "permanent",
      hint: {
        attach:
          "the security group is full (2,000 instances by default): use another one, or ask for a larger quota",
      },
    },
    "LimitExceeded.SingleUSGQuota": {
      otherwise: "permanent",
      hint: { attach: "the security group's quota is used up: use another one, or ask for a larger quota" },
    },
    // Only Disassociate lists the bare code, without saying for what.
    UnsupportedOperation: {
      otherwise: "permanent",
      hint: { detach: lastGroup("an instance may have to keep one security group") },
    },

    // ---- Credentials. "Signature expired": timestamps may differ by five minutes.
    "AuthFailure.SignatureExpire": {
      otherwise: "unclear",
      hint: "the clock of this machine is wrong: synchronise it",
    },
    "AuthFailure.TokenFailure": expiredToken,
    "UnauthorizedOperation.InvalidToken": expiredToken,
    "AuthFailure.UnauthorizedOperation": noPermission,
    IpNotInWhitelist: { otherwise: "permanent", hint: "the account does not allow calls from this address" },
    IpInBlacklist: { otherwise: "permanent", hint: "the account does not allow calls from this address" },
    UnsupportedRegion: {
      otherwise: "permanent",
      hint: "check the argument region, config tencentcloud:region or TENCENTCLOUD_REGION",
    },

    // ---- Passing. As a code of its own only: InternalServerError is DescribeInstances' word for InternalError.
    InternalServerError: serviceFails,
    ResourceBusy: retry,
    ResourceUnavailable: retry,
  },
  families: {
    RequestLimitExceeded: tooMany,
    InternalError: serviceFails,
    ServiceUnavailable: serviceFails,
    ResourceInUse: retry,
    AuthFailure: wrongKey,
    UnauthorizedOperation: noPermission,
  },
};

const STS_HINT =
  "STS does not answer from here: in a VPC without internet name an endpoint that does, by config tencentcloud:endpoints with sts or by TENCENTCLOUD_DOMAIN; else check the network and any proxy";

/** What an error of Tencent Cloud means to `verb`. */
export function classify(error: CloudError, verb: Verb): Verdict {
  const { action = "" } = error;
  const verdict = lookUp(table, error, verb);
  if (action.startsWith("sts:")) return withAction(atLogin(error, verdict, STS_HINT), action);
  return withAction(verdict, action, action.startsWith("cvm:") ? "QcloudCVMFullAccess" : undefined);
}

/** "A maximum of 10 requests can be initiated per second for this API", 40 for DescribeInstances (CVM API 2017-03-12). */
export const limits: RateLimits = {
  perSecond: { AssociateSecurityGroups: 10, DisassociateSecurityGroups: 10, DescribeInstances: 40 },
  isThrottled: (error) => classify(error, "find").outcome === "throttled",
};
