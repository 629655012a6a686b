import { VendorError } from "../../cloud";
import { errors } from "../errors";
import type { Action, Product, RpcCall } from "../front";
import type { Parameters } from "../parameters";

interface Outcome {
  parameters: string;
  /** undefined: it succeeded. */
  error?: VendorError;
}

const common =
  /^(Action|Version|Format|RegionId|AccessKeyId|Signature\w*|Timestamp|SecurityToken|ClientToken)$/;

const fingerprint = (parameters: Parameters): string =>
  JSON.stringify([...parameters].filter(([name]) => !common.test(name)).sort());

const keyOf = (accountId: string, token: string): string => `client token ${accountId} ${token}`;

/**
 * A request with a ClientToken that was seen before is not done again: it ends as the first one did, in the same error, too.
 * Sources: Alibaba Cloud ECS, "How to ensure idempotence" (the mismatch's code); that errors are replayed:
 * terraform-provider-alicloud pull request 6807 (each try there needs a new token).
 */
export function withClientToken(action: Action): Action {
  return {
    ...action,
    run(call: RpcCall) {
      const { parameters, accountId, context } = call;
      const token = parameters.get("ClientToken");
      if (token === undefined || token === "") return action.run(call);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the documented limit is 64 ASCII characters
      if (!/^[\x00-\x7f]{1,64}$/.test(token)) throw errors.invalid("ClientToken");
      const earlier = context.memory.get(keyOf(accountId, token)) as Outcome | undefined;
      if (earlier !== undefined) {
        if (earlier.parameters !== fingerprint(parameters)) {
          throw new VendorError(
            403,
            "IdempotentParameterMismatch",
            "The specified parameter has changed while using an already used clientToken.",
          );
        }
        if (earlier.error !== undefined) throw earlier.error;
        return {};
      }
      const result = action.run(call);
      context.memory.set(keyOf(accountId, token), { parameters: fingerprint(parameters) } satisfies Outcome);
      return result;
    },
  };
}

/** Keeps business errors for replay; throttling and server errors say nothing of the request itself. */
export const rememberRefusal: NonNullable<Product["refused"]> = (
  error,
  { parameters, accountId },
  context,
) => {
  const token = parameters.get("ClientToken");
  if (token === undefined || error.status >= 500 || /Throttling|^Idempotent/.test(error.code)) return;
  const key = keyOf(accountId, token);
  if (!context.memory.has(key)) {
    context.memory.set(key, { parameters: fingerprint(parameters), error } satisfies Outcome);
  }
};
