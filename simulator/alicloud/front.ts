import { randomUUID } from "node:crypto";
import type { Answer, Call, Context, Front, Request, VendorError } from "../cloud";
import { authenticate, type Caller } from "./authentication";
import { errors } from "./errors";
import { idsIn, type Parameters, parametersOf, regionOfHost } from "./parameters";
import type { AlicloudWorld } from "./world";
import { toXml } from "./xml";

/** One action of an RPC-style API: a function of the world and of who asks for what. */
export interface Action {
  kind: Call["kind"];
  /** The parameters that name what a write changes, whichever are given. */
  parents?: string[];
  /** The answer beside RequestId. */
  run(call: RpcCall): object;
}

export interface RpcCall {
  world: AlicloudWorld;
  accountId: string;
  /** RegionId, or the region of the host that was called; undefined: any (a loopback address tells no region). */
  regionId: string | undefined;
  parameters: Parameters;
  accessKeyId: string;
  context: Context<AlicloudWorld>;
}

export interface Product {
  /** As in `api.aliyun.com/product/Ecs`; lower case in RAM policies. */
  name: string;
  version: string;
  actions: Record<string, Action>;
  /** What a RAM user without the right gets. */
  forbidden: VendorError;
  busy: VendorError;
  overlap?: Front<AlicloudWorld>["overlap"];
  /** Told of each refusal that an authenticated caller gets. */
  refused?(
    error: VendorError,
    call: { parameters: Parameters; accountId: string },
    context: Context<AlicloudWorld>,
  ): void;
}

/** An Alibaba Cloud front that speaks RPC style: one action a request, at `/`, by GET or POST. */
export function rpcFront(product: Product): Front<AlicloudWorld, Caller> {
  return {
    identify(request) {
      const parameters = parametersOf(request);
      const action = request.headers["x-acs-action"]?.toString() ?? parameters.get("Action") ?? "";
      const { kind = "read", parents = [] } = product.actions[action] ?? {};
      const regionId = parameters.get("RegionId") ?? regionOfHost(request.url.hostname);
      return {
        action,
        kind,
        ids: idsIn(parameters),
        parents: parents.flatMap((name) => parameters.get(name) ?? []),
        ...(regionId !== undefined && { region: regionId }),
      };
    },

    authenticate(request, call, context) {
      const parameters = parametersOf(request);
      const version = request.headers["x-acs-version"]?.toString() ?? parameters.get("Version");
      if (call.action === "") throw errors.missing("Action");
      if (version === undefined) throw errors.missing("Version");
      const caller = authenticate(request, parameters, context);
      if (version !== product.version) throw errors.version;
      if (product.actions[call.action] === undefined) throw errors.noAction;
      const right = product.name.toLowerCase();
      const isDenied = (action: string) => caller.denied.includes(`${right}:${action}`);
      if (isDenied("*") || isDenied(call.action)) throw product.forbidden;
      return caller;
    },

    perform(request, call, context, { accountId, accessKeyId }) {
      const { world, requestId } = context;
      const parameters = parametersOf(request);
      const action = product.actions[call.action] as Action;
      const result = action.run({
        world,
        accountId,
        accessKeyId,
        regionId: call.region,
        parameters,
        context,
      });
      return answer(request, 200, `${call.action}Response`, { RequestId: requestId, ...result }, requestId);
    },

    refuse(error, context, request) {
      const parameters = parametersOf(request);
      const { accountId } = context;
      if (accountId !== undefined) product.refused?.(error, { parameters, accountId }, context);
      // Source: an answer of the API gateway, quoted in many issues, e.g. {"RequestId","HostId","Code","Message","Recommend"}
      const body = {
        RequestId: context.requestId,
        HostId: request.headers.host ?? "",
        Code: error.code,
        Message: error.message,
        Recommend: `https://api.aliyun.com/troubleshoot?q=${error.code}&product=${product.name}&requestId=${context.requestId}`,
      };
      const refusal = answer(request, error.status, "Error", body, context.requestId);
      return { ...refusal, headers: { ...refusal.headers, ...error.headers } };
    },

    ...(product.overlap && { overlap: product.overlap }),

    errors: {
      throttled: errors.throttled,
      busy: product.busy,
      expired: errors.expiredToken,
      internal: errors.internal,
    },

    requestId: () => randomUUID().toUpperCase(),
  };
}

/** RPC style answers in XML unless asked for JSON; with the V3 signature clients ask by `accept`. */
function answer(request: Request, status: number, name: string, body: object, requestId: string): Answer {
  const format = parametersOf(request).get("Format");
  const v3 = request.headers.authorization !== undefined;
  const xml =
    format === undefined ? !v3 && !/json/.test(request.headers.accept ?? "") : /^xml$/i.test(format);
  return {
    status,
    headers: {
      "content-type": xml ? "text/xml;charset=utf-8" : "application/json;charset=utf-8",
      "x-acs-request-id": requestId,
    },
    body: xml ? `<?xml version='1.0' encoding='UTF-8'?>${toXml(name, body)}` : JSON.stringify(body),
  };
}
