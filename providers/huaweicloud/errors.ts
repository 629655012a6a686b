import {
  type CloudError,
  type ErrorTable,
  lookUp,
  tooMany,
  type Verb,
  type Verdict,
} from "../core/contract/errors";
import { classifyNova, withSettings } from "../openstack/errors";

/**
 * What Huawei puts in front of Nova. Sources: API Gateway and Elastic Cloud Server API References, "Error Codes"
 * (https://support.huaweicloud.com/intl/en-us/api-ecs/ErrorCode.html).
 */
export const table: ErrorTable = {
  codes: {
    // "The API does not exist": a 404 that says nothing of the server.
    "APIGW.0101": { otherwise: "permanent", hint: "check the region and the endpoint" },
    // "Backend timeout": it may have done its work.
    "APIGW.0201": { otherwise: "transient" },
    // "Incorrect IAM authentication information".
    "APIGW.0301": {
      otherwise: "permanent",
      hint: "check the access key, its secret and the clock; temporary keys may have expired, and hcloud must not encrypt its profiles: hcloud configure set --cli-auth-encrypt=false",
    },
    // "Access denied": no permission.
    "APIGW.0302": {
      otherwise: "permanent",
      hint: "the permissions of the user or agency in this project do not allow it: grant it the policy ECS FullAccess",
    },
    // "The throttling threshold has been reached".
    "APIGW.0308": tooMany,
    // "The ECS does not exist."
    "Ecs.0114": { otherwise: "missing", hint: "check instanceId, region and project" },
    "Ecs.0614": { otherwise: "missing", hint: "check instanceId, region and project" },
    // "The ECS is locked", "The ECS status does not meet requirements": either passes.
    "Ecs.0605": { otherwise: "busy" },
    "Ecs.0100": { otherwise: "busy" },
  },
};

/** What a code of Huawei's gateway or services means; undefined for what comes from behind them. */
export function classifyGateway(error: CloudError, verb: Verb): Verdict | undefined {
  return error.code in table.codes ? lookUp(table, error, verb) : undefined;
}

/** What an answer of Huawei's gateway, of its services, or of the Nova behind them means. */
export function classify(error: CloudError, verb: Verb): Verdict {
  const verdict = classifyGateway(error, verb) ?? classifyNova(error, verb);
  const login = "the region, config huaweicloud:endpoints with iam, or huaweicloud:authUrl (HW_AUTH_URL)";
  return withSettings(error, verdict, "config huaweicloud:cacertFile", login);
}
