import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { GetRootResourceResponse, type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import * as services from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Clouds } from "./clouds";
import { root } from "./pulumi-project";

/** Inputs or outputs of a resource. */
export type Properties = Record<string, unknown>;

/** A failure as the engine gets it. */
export class RpcError extends Error {
  /** What stays in state in spite of the failure. */
  partial: { id: string; properties: Properties; reasons: string[] } | undefined;
}

/** The engine, as far as a provider process talks to it. */
export class FakeEngine {
  /** Messages that the CLI would show. */
  readonly log: { message: string; ephemeral: boolean }[] = [];
  /** The stack's URN, which the engine knows while a program runs. */
  root = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";
  address = "";
  private readonly server = new grpc.Server();

  static async start(): Promise<FakeEngine> {
    const engine = new FakeEngine();
    const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb") as {
      EngineService: grpc.ServiceDefinition;
    };
    const log: grpc.handleUnaryCall<LogRequest, Empty> = ({ request }, callback) => {
      engine.log.push({ message: request.getMessage(), ephemeral: request.getEphemeral() });
      callback(null, new Empty());
    };
    const getRootResource: grpc.handleUnaryCall<unknown, GetRootResourceResponse> = (_call, callback) =>
      callback(null, new GetRootResourceResponse().setUrn(engine.root));
    const { log: logMethod, getRootResource: rootMethod } = EngineService;
    engine.server.addService({ log: logMethod, getRootResource: rootMethod } as grpc.ServiceDefinition, {
      log,
      getRootResource,
    });
    const port = await new Promise<number>((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createInsecure();
      engine.server.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    engine.address = `127.0.0.1:${port}`;
    return engine;
  }

  /** As a killed CLI: its port answers no more. */
  stop(): void {
    this.server.forceShutdown();
  }
}

/** The process that the engine starts for dynamic resources, without engine and CLI. */
export class ProviderProcess {
  stdout: string[] = [];
  stderr = "";
  private client: services.ResourceProviderClient | undefined;

  private constructor(readonly child: ChildProcess) {}

  /** Starts it as the engine does: in the project's folder, with the engine's address as its last argument. */
  static async start(engine: FakeEngine, clouds: Clouds): Promise<ProviderProcess> {
    const { cleanEnvironment } = await import("../../scripts/environment.mjs");
    const main = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const child = spawn(process.execPath, [main, engine.address], {
      cwd: root,
      env: { ...cleanEnvironment(), HOME: "/nonexistent", PULUMI_NODEJS_PROJECT: "test", ...clouds.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const provider = new ProviderProcess(child);
    child.stderr.on("data", (data) => {
      provider.stderr += data;
    });
    const lines = createInterface(child.stdout);
    lines.on("line", (line) => provider.stdout.push(line));
    const failed = once(child, "exit").then(() => {
      throw new Error(`the provider ended: ${provider.stderr}`);
    });
    failed.catch(() => {});
    await Promise.race([once(lines, "line"), failed]);
    provider.client = new services.ResourceProviderClient(
      `127.0.0.1:${provider.stdout[0]}`,
      grpc.credentials.createInsecure(),
    );
    await provider.configure(clouds.config);
    return provider;
  }

  async configure(config: Properties): Promise<void> {
    const request = new messages.ConfigureRequest();
    // As the engine hands them over: objects as JSON text.
    const texts = Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    request.setArgs(struct(Object.fromEntries(texts)));
    await this.call<messages.ConfigureResponse>("configure", request);
  }

  async check(
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }> {
    const request = new messages.CheckRequest();
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const reply = await this.call<messages.CheckResponse>("check", request);
    return {
      inputs: plain(reply.getInputs()),
      failures: reply.getFailuresList().map((each) => each.toObject()),
    };
  }

  async diff(
    id: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ changes: "unknown" | "none" | "some"; replaces: string[] }> {
    const request = new messages.DiffRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const reply = await this.call<messages.DiffResponse>("diff", request);
    const changes = (["unknown", "none", "some"] as const)[reply.getChanges()] ?? "unknown";
    return { changes, replaces: reply.getReplacesList() };
  }

  async create(inputs: Properties): Promise<{ id: string; properties: Properties }> {
    const request = new messages.CreateRequest();
    request.setProperties(struct(inputs));
    const reply = await this.call<messages.CreateResponse>("create", request);
    return { id: reply.getId(), properties: plain(reply.getProperties()) };
  }

  async read(id: string, properties: Properties): Promise<{ id: string; properties: Properties }> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setProperties(struct(properties));
    const reply = await this.call<messages.ReadResponse>("read", request);
    return { id: reply.getId(), properties: plain(reply.getProperties()) };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<{ properties: Properties }> {
    const request = new messages.UpdateRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const reply = await this.call<messages.UpdateResponse>("update", request);
    return { properties: plain(reply.getProperties()) };
  }

  async delete(id: string, properties: Properties): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    request.setProperties(struct(properties));
    await this.call("delete", request);
  }

  /** SIGKILL, and the end of the process. */
  async kill(): Promise<void> {
    this.client?.close();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }

  private call<Reply>(method: string, request: unknown): Promise<Reply> {
    const client = this.client as unknown as Record<
      string,
      (request: unknown, callback: (error: grpc.ServiceError | null, reply: Reply) => void) => void
    >;
    return new Promise((resolve, reject) => {
      client[method]?.(request, (error, reply) => (error ? reject(rpcError(error)) : resolve(reply)));
    });
  }
}

function rpcError(error: grpc.ServiceError): RpcError {
  const result = new RpcError(error.details);
  const [details] = error.metadata.get("grpc-status-details-bin");
  const packed = details && Status.deserializeBinary(details as Buffer).getDetailsList()[0];
  if (packed) {
    const partial = messages.ErrorResourceInitFailed.deserializeBinary(packed.getValue_asU8());
    result.partial = {
      id: partial.getId(),
      properties: plain(partial.getProperties()),
      reasons: partial.getReasonsList(),
    };
  }
  return result;
}

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

function plain(properties: Struct | undefined): Properties {
  return properties?.toJavaScript() ?? {};
}
