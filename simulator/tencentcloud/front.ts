import { randomUUID } from "node:crypto";
import type { Answer, Call, Context, Front, Request, VendorError } from "../cloud";
import { authenticate } from "./authentication";
import { errors } from "./errors";
import { commonOf, onlyKnown, type Parameters, parametersOf } from "./parameters";
import type { SecretId, TencentcloudWorld } from "./world";

/** One action of API 3.0: a function of the world and of who asks for what. */
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
  overlap?: Front<TencentcloudWorld>["overlap"];
}

/**
 * A Tencent Cloud front that speaks API 3.0: one action a request, at `/`, by GET or POST.
 * Source: "Responses" and "Common Error Codes" (https://www.tencentcloud.com/document/api/213/33281).
 */
export function apiFront(product: Product): Front<TencentcloudWorld, SecretId> {
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
      if (action === "") throw errors.missing("Action");
      const caller = authenticate(request, context);
      const version = commonOf(request)("Version");
      if (version === undefined) throw errors.missing("Version");
      if (version !== product.version) throw errors.noVersion(version);
      if (product.actions[action] === undefined) throw errors.noAction(action);
      const operation = `${product.name}:${action}`;
      if (caller.denied?.includes(operation)) throw errors.notAuthorized(operation, "*");
      return caller;
    },

    async perform(request, call, context, caller) {
      const action = product.actions[call.action] as Action;
      const { region = "" } = call;
      if (region === "" && product.regional) throw errors.missing("Region");
      if (region !== "" && !context.world.regions.includes(region)) throw errors.noRegion(region);
      const parameters = parametersOf(request);
      onlyKnown(parameters, action.parameters);
      const answer = await action.run({
        world: context.world,
        accountId: caller.accountId,
        caller,
        region,
        parameters,
        context,
      });
      return respond({ ...answer, RequestId: context.requestId });
    },

    refuse: ({ status, code, message, headers }: VendorError, { requestId }) => ({
      ...respond({ Error: { Code: code, Message: message }, RequestId: requestId }, headers),
      status,
    }),

    ...(product.overlap && { overlap: product.overlap }),
    errors: {
      throttled: errors.throttled,
      busy: errors.mutex,
      expired: errors.token,
      internal: errors.internal,
    },
    requestId: randomUUID,
  };
}

/** The parameters as they are read before anything is checked: none where they cannot be read. */
function softly(request: Request): Parameters {
  try {
    return parametersOf(request);
  } catch {
    return {};
  }
}

const respond = (response: object, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify({ Response: response }),
});
