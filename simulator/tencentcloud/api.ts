import { randomUUID } from "node:crypto";
import { type Answer, type Call, type Context, type Front, type Request, VendorError } from "../cloud";
import { missing, onlyKnown, type Parameters, pairs, parametersOf } from "./parameters";
import { isSignedV1, isSignedV3, parseAuthorization } from "./signature";
import type { SecretId, TencentcloudWorld } from "./world";

/*
 * API 3.0: one action a request, at `/`. Errors come with HTTP 200.
 *
 * Sources: "Responses" and "Common Error Codes" (https://www.tencentcloud.com/document/api/213/33281), for each code and
 * its meaning; its message is that of an answer quoted in public, unless said otherwise.
 */

export interface Action {
  kind: Call["kind"];
  parameters: string[];
  /** The ids that the parameters name; those of what a write changes. */
  ids?(parameters: Parameters): string[];
  parents?(parameters: Parameters): string[];
  /** The answer beside RequestId. */
  run(call: ApiCall): object | Promise<object>;
}

export interface ApiCall {
  world: TencentcloudWorld;
  accountId: string;
  caller: SecretId;
  /** Empty where the service needs none and the client gave none. */
  region: string;
  parameters: Parameters;
  context: Context<TencentcloudWorld>;
}

export interface Product {
  name: string;
  version: string;
  actions: Record<string, Action>;
  /** Whether X-TC-Region must be given. */
  regional: boolean;
}

const refusal = (code: string, message: string): VendorError => new VendorError(200, code, message);

/** What common parameters say, in headers or, with signature version 1, among the parameters. */
function commonOf(request: Request) {
  const inPairs = new Map(pairs(request));
  return (name: string): string | undefined =>
    request.headers[`x-tc-${name.toLowerCase()}`]?.toString() ?? inPairs.get(name);
}

function verify(request: Request, { world, now }: Context<TencentcloudWorld>): SecretId {
  const { authorization } = request.headers;
  const common = commonOf(request);
  const secretIdV1 = authorization === undefined ? common("SecretId") : undefined;
  const v3 = parseAuthorization(authorization);
  if (authorization === undefined && secretIdV1 === undefined) throw missing("Authorization");
  if (authorization !== undefined && v3 === undefined) {
    throw refusal("AuthFailure.InvalidAuthorization", "The `Authorization` in the request is illegal.");
  }
  const key = world.secretIds[v3?.secretId ?? secretIdV1 ?? ""];
  if (key === undefined) {
    throw refusal(
      "AuthFailure.SecretIdNotFound",
      "The SecretId is not found, please ensure that your SecretId is correct.",
    );
  }
  const timestamp = Number(common("Timestamp") ?? throwing(missing("Timestamp")));
  // "The difference between Timestamp and the server time cannot exceed 5 minutes."
  if (!(Math.abs(now() / 1000 - timestamp) <= 300)) {
    throw refusal(
      "AuthFailure.SignatureExpire",
      "Signature expired. The difference between the timestamp and the server time cannot exceed 5 minutes.",
    );
  }
  const signed =
    v3 === undefined
      ? isSignedV1(request, pairs(request), key.secretKey)
      : v3.date === new Date(timestamp * 1000).toISOString().slice(0, 10) &&
        v3.signedHeaders.split(";").includes("host") &&
        isSignedV3(request, v3, key.secretKey);
  if (!signed) {
    throw refusal(
      "AuthFailure.SignatureFailure",
      "The provided credentials could not be validated. Please ensure your signature is correct.",
    );
  }
  if (key.token !== common("Token") || (key.expiresAt ?? Number.POSITIVE_INFINITY) <= now())
    throw tokenFailure;
  return key;
}

function throwing(error: Error): never {
  throw error;
}

const tokenFailure = refusal("AuthFailure.TokenFailure", "Token error.");

export const notAuthorized = (operation: string, resource: string): VendorError =>
  refusal(
    "UnauthorizedOperation",
    `you are not authorized to perform operation (${operation})\nresource (${resource}) has no permission`,
  );

export function apiFront(product: Product, overlap?: () => VendorError): Front<TencentcloudWorld> {
  const callers = new WeakMap<Request, SecretId>();
  const softly = (request: Request): Parameters => {
    try {
      return parametersOf(request);
    } catch {
      return {};
    }
  };
  return {
    identify(request) {
      const common = commonOf(request);
      const name = common("Action") ?? "";
      const region = common("Region");
      const action = product.actions[name];
      const parameters = softly(request);
      return {
        action: name,
        kind: action?.kind ?? "read",
        ids: action?.ids?.(parameters) ?? [],
        parents: action?.parents?.(parameters) ?? [],
        ...(region !== undefined && { region }),
      };
    },

    authenticate(request, { action }, context) {
      if (action === "") throw missing("Action");
      const caller = verify(request, context);
      const version = commonOf(request)("Version") ?? throwing(missing("Version"));
      if (version !== product.version) {
        throw refusal("NoSuchVersion", `The specified version \`${version}\` does not exist.`);
      }
      if (product.actions[action] === undefined) {
        throw refusal("InvalidAction", `The request action=\`${action}\` is invalid or not found.`);
      }
      const operation = `${product.name}:${action}`;
      if (caller.denied?.includes(operation)) throw notAuthorized(operation, "*");
      callers.set(request, caller);
      return caller.accountId;
    },

    async perform(request, call, context): Promise<Answer> {
      const action = product.actions[call.action];
      const caller = callers.get(request);
      if (action === undefined || caller === undefined)
        throw new Error(`${call.action} was not authenticated`);
      const { region = "" } = call;
      if (region === "" && product.regional) throw missing("Region");
      if (region !== "" && !context.world.regions.includes(region)) {
        throw refusal("UnsupportedRegion", `The region \`${region}\` is not supported.`);
      }
      const parameters = parametersOf(request);
      onlyKnown(parameters, action.parameters);
      const { accountId } = caller;
      const answer = await action.run({
        world: context.world,
        accountId,
        caller,
        region,
        parameters,
        context,
      });
      return respond({ ...answer, RequestId: context.requestId });
    },

    refuse: ({ status, code, message, headers }, { requestId }) => ({
      ...respond({ Error: { Code: code, Message: message }, RequestId: requestId }, headers),
      status,
    }),

    ...(overlap && { overlap }),
    errors: {
      throttled: refusal(
        "RequestLimitExceeded",
        "Your current request times equals to `11` in a second, which exceeds the frequency limit `10` for a second. Please reduce the frequency of calls.",
      ),
      busy: refusal("MutexOperation.TaskRunning", "Mutex task is running, please try later"),
      expired: tokenFailure,
      internal: refusal("InternalError", "An internal error has occurred. Retry your request."),
    },
    requestId: randomUUID,
  };
}

const respond = (response: object, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify({ Response: response }),
});
