import { createRequire } from "node:module";
import type { ServiceError, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { associations } from "../associations";
import type { Properties } from "../core/contract/inputs";
import { pluginTypeOf } from "../core/contract/provider-text";
import { packageVersion } from "../core/util/version";
import { Configuration, plain } from "./configuration";
import { PluginResource } from "./resource";

// Dependencies of the SDK, not ours: strict package managers show them to the SDK only.
const fromSdk = createRequire(require.resolve("@pulumi/pulumi"));
const grpc = fromSdk("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
const { Struct: StructMessage } = fromSdk(
  "google-protobuf/google/protobuf/struct_pb",
) as typeof import("google-protobuf/google/protobuf/struct_pb");
const { Empty } = fromSdk(
  "google-protobuf/google/protobuf/empty_pb",
) as typeof import("google-protobuf/google/protobuf/empty_pb");
const { Any } = fromSdk(
  "google-protobuf/google/protobuf/any_pb",
) as typeof import("google-protobuf/google/protobuf/any_pb");
const messages =
  require("@pulumi/pulumi/proto/provider_pb") as typeof import("@pulumi/pulumi/proto/provider_pb");
const plugin = require("@pulumi/pulumi/proto/plugin_pb") as typeof import("@pulumi/pulumi/proto/plugin_pb");
const status = require("@pulumi/pulumi/proto/status_pb") as typeof import("@pulumi/pulumi/proto/status_pb");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderService: import("@grpc/grpc-js").ServiceDefinition;
};

/**
 * Serves every association of the registry to the Pulumi engine. `Handshake` is left out on purpose: an engine takes a provider
 * that has it for one that can preview a create, and would then call `create` in previews.
 *
 * @param schema - the package's schema as JSON text; called when the engine asks for it.
 * @returns the port, on the loopback address, and what ends the server once the calls in flight have been answered.
 */
export async function serve(schema: () => string): Promise<{ port: number; stop(): Promise<void> }> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(ResourceProviderService, calls(schema));
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { port, stop: () => new Promise((resolve) => server.tryShutdown(() => resolve())) };
}

/** The calls of the engine that are answered; any other is answered "unimplemented". */
function calls(schema: () => string): UntypedServiceImplementation {
  let configuration = new Configuration({});
  let resources = new Map<string, PluginResource>();

  const resourceOf = (urn: string): PluginResource => {
    const type = typeIn(urn);
    const known = resources.get(type);
    if (known) return known;
    const association = Object.values(associations).find(({ token }) => pluginTypeOf(token) === type);
    if (!association) throw new Error(`${type} is not a resource type of this plugin`);
    const made = new PluginResource(association, configuration);
    resources.set(type, made);
    return made;
  };

  return {
    getPluginInfo: answering(() => new plugin.PluginInfo().setVersion(packageVersion)),

    getSchema: answering(() => new messages.GetSchemaResponse().setSchema(schema())),

    checkConfig: answering((request: InstanceType<typeof messages.CheckRequest>) => {
      const reply = new messages.CheckResponse().setInputs(request.getNews());
      reply.setFailuresList(new Configuration(valuesOf(request.getNews())).failures.map(failureOf));
      return reply;
    }),

    // Other credentials are no reason to replace anything: those of another account are refused by each operation.
    diffConfig: answering(() =>
      new messages.DiffResponse().setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE),
    ),

    configure: answering((request: InstanceType<typeof messages.ConfigureRequest>) => {
      configuration = new Configuration(valuesOf(request.getArgs()));
      const [failure] = configuration.failures;
      if (failure) throw new Error(failure.reason);
      resources = new Map();
      return new messages.ConfigureResponse();
    }),

    check: answering(async (request: InstanceType<typeof messages.CheckRequest>) => {
      const urn = request.getUrn();
      const { inputs, failures = [] } = await resourceOf(urn).check(
        urn,
        valuesOf(request.getOlds()),
        valuesOf(request.getNews()),
      );
      const reply = new messages.CheckResponse().setInputs(structOf(inputs));
      reply.setFailuresList(failures.map(failureOf));
      return reply;
    }),

    diff: answering(async (request: InstanceType<typeof messages.DiffRequest>) => {
      const { changes, replaces = [] } = await resourceOf(request.getUrn()).diff(
        request.getId(),
        valuesOf(request.getOlds()),
        valuesOf(request.getNews()),
      );
      const { DIFF_NONE, DIFF_SOME, DIFF_UNKNOWN } = messages.DiffResponse.DiffChanges;
      const isSome = changes || replaces.length > 0;
      const answer = isSome ? DIFF_SOME : changes === undefined ? DIFF_UNKNOWN : DIFF_NONE;
      return new messages.DiffResponse().setChanges(answer).setReplacesList(replaces);
    }),

    create: answering(async (request: InstanceType<typeof messages.CreateRequest>) => {
      const resource = resourceOf(request.getUrn());
      const { id, outs } = await resource.create(valuesOf(request.getProperties()), request.getTimeout());
      return new messages.CreateResponse().setId(id).setProperties(structOf(outs));
    }),

    read: answering(async (request: InstanceType<typeof messages.ReadRequest>) => {
      const resource = resourceOf(request.getUrn());
      const { id, props, inputs } = await resource.read(request.getId(), valuesOf(request.getProperties()));
      // No id: it is not there.
      const reply = new messages.ReadResponse();
      if (id === undefined) return reply;
      reply.setId(id).setProperties(structOf(props));
      return reply.setInputs(inputs ? structOf(inputs) : request.getInputs());
    }),

    update: answering(async (request: InstanceType<typeof messages.UpdateRequest>) => {
      const { outs } = await resourceOf(request.getUrn()).update(
        request.getId(),
        valuesOf(request.getOlds()),
        valuesOf(request.getNews()),
        request.getTimeout(),
      );
      return new messages.UpdateResponse().setProperties(structOf(outs));
    }),

    delete: answering(async (request: InstanceType<typeof messages.DeleteRequest>) => {
      const resource = resourceOf(request.getUrn());
      await resource.delete(request.getId(), valuesOf(request.getProperties()), request.getTimeout());
      return new Empty();
    }),

    // The calls in flight end and are saved; the engine begins no other.
    cancel: answering(() => new Empty()),
  };
}

/** A call that answers, or fails with the one sentence that a user reads. */
function answering<Request, Reply>(work: (request: Request) => Reply | Promise<Reply>) {
  return async (
    { request }: { request: Request },
    callback: (error: Partial<ServiceError> | null, reply?: Reply) => void,
  ): Promise<void> => {
    try {
      callback(null, await work(request));
    } catch (error) {
      callback(refusal(error as Error & Partial<Partial_>));
    }
  };
}

/** What an error of a create or update carries that leaves the resource in state. */
interface Partial_ {
  id: string;
  properties: Properties;
  reasons: string[];
}

function refusal(error: Error & Partial<Partial_>): Partial<ServiceError> {
  const { message, id, properties, reasons } = error;
  const code = grpc.status.UNKNOWN;
  const metadata = new grpc.Metadata();
  if (id !== undefined) {
    const detail = new messages.ErrorResourceInitFailed().setId(id).setProperties(structOf(properties));
    detail.setReasonsList(reasons ?? [message]);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const whole = new status.Status().setCode(code).setMessage(message).setDetailsList([packed]);
    metadata.add("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
  }
  return { code, details: message, metadata };
}

function failureOf({ property, reason }: { property: string; reason: string }) {
  return new messages.CheckFailure().setProperty(property).setReason(reason);
}

function valuesOf(struct: Struct | undefined): Properties {
  return plain(struct?.toJavaScript() ?? {}) as Properties;
}

/** Only what JSON can hold: `undefined` makes the serialiser fail. */
function structOf(values: Properties | undefined): Struct {
  return StructMessage.fromJavaScript(JSON.parse(JSON.stringify(values ?? {})));
}

/** `urn:pulumi:<stack>::<project>::<parent's type>$<type>::<name>`. */
function typeIn(urn: string): string {
  const [, , types = ""] = urn.split("::");
  return types.slice(types.lastIndexOf("$") + 1);
}
