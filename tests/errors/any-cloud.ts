import dns from "node:dns";
import { duplicateOf } from "../../providers/core/program/duplicates";
import { ess } from "./alicloud";
import type { Situation, Situations } from "./situation";

const web = (more: Partial<Situation> = {}) => ess("lb-bp1web", "rsp-bp1web01", more);

/** Config that sends requests about scaling groups elsewhere. */
const at = (url: string): Pick<Situation, "config"> => ({
  config: ({ alicloud: { sts } }) => ({ "alicloud:endpoints": JSON.stringify([{ ess: url, sts }]) }),
});

/** What a resolver says of a name that does not exist; a machine without one would say EAI_AGAIN. */
function unknownName(): () => void {
  const { lookup } = dns;
  const refuse = (host: string, _options: unknown, callback: (error: Error) => void) =>
    callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" }));
  Object.assign(dns, { lookup: refuse });
  return () => Object.assign(dns, { lookup });
}

function declaredTwice(): Situation {
  const situation = web();
  duplicateOf(situation.association, "web", situation.inputs);
  const mark = duplicateOf(situation.association, "web-again", situation.inputs);
  return { ...situation, inputs: { ...situation.inputs, ...mark } };
}

const page = { kind: "http", front: "alicloud.ess" } as const;

export const anyCloud: Situations = {
  "a page of HTML answers in place of the API": web({ faults: { rules: [{ ...page, status: 200 }] } }),
  "a gateway answers 503 until the deadline": web({ deadline: 1, faults: { rules: [page] } }),
  "nothing answers for STS": web({
    config: ({ alicloud: { ess: url } }) => ({
      "alicloud:endpoints": JSON.stringify([{ ess: url, sts: "http://127.0.0.1:1" }]),
    }),
  }),
  "the region would choose another host": web({ config: { "alicloud:region": "evil.example/#" } }),
  "nothing listens at the endpoint": web({ deadline: 1, ...at("http://127.0.0.1:1") }),
  "the endpoint's host does not exist": web({
    ...at("https://ess.cn-mars.example.invalid"),
    arrange: unknownName,
  }),
  "the endpoint is plain http": web(at("http://ess.example.com")),
  "the endpoint is no URL": web(at("ess .example.com/path")),
  "no answer comes until the deadline": web({
    deadline: 1,
    faults: { rules: [{ kind: "hang", action: "AttachVServerGroups" }] },
  }),
  "the connection is reset until the deadline": web({
    deadline: 1,
    faults: { rules: [{ kind: "reset", action: "AttachVServerGroups" }] },
  }),
  "refresh with the keys of another account": web({
    command: "refresh",
    config: { "alicloud:accessKey": "simulator-other-key", "alicloud:secretKey": "simulator-other-secret" },
  }),
  "destroy with the keys of another account": web({
    command: "destroy",
    config: { "alicloud:accessKey": "simulator-other-key", "alicloud:secretKey": "simulator-other-secret" },
  }),
  'it is attached already, and ifAttached is "fail"': web({
    inputs: { ifAttached: "fail" },
    world: ({ alicloud }) =>
      alicloud.scalingGroups["asg-bp1web"]?.vserverGroups.push({
        loadBalancerId: "lb-bp1web",
        vserverGroupId: "rsp-bp1web01",
        port: 80,
        weight: 50,
      }),
  }),
  "arguments are wrong": web({
    inputs: { port: 0, weight: 101, vserverGroupId: "rsp 1", Weight: 1, ifAttached: "ignore" },
  }),
  "arguments are misspelled": web({
    inputs: { vserverGroupId: undefined, vserverGroupID: "rsp-bp1web01", port: undefined, ports: 80 },
  }),
  "arguments are missing": web({ inputs: { port: undefined, vserverGroupId: undefined } }),
  "the same pair is declared twice": declaredTwice(),
  "pulumi import": web({ command: "import" }),
  "the state is of a newer version": web({ command: "refresh", outputs: { __schema: 2 } }),
  "config that should be JSON is not": web({ config: { "alicloud:endpoints": "{" } }),
};
