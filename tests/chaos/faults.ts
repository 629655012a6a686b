import type { FaultRule } from "../../simulator/index";

/** What a run may meet. Each is data, so that a failing walk can be made shorter and printed. */
export interface Trouble {
  kind: keyof typeof troubles;
  action: keyof typeof actions;
  /** Calls that pass before. */
  skip: number;
  /** Calls that it hits; 0: all. */
  times: number;
}

const gateway = { kind: "http", contentType: "text/html" } as const;

/** Everything that a network, a gateway or a service may do to a call. */
export const troubles = {
  throttled: { kind: "throttle" },
  busy: { kind: "busy" },
  "error 500": { kind: "error", status: 500, code: "InternalError", message: "we failed" },
  "page with 502": { ...gateway, status: 502 },
  "page with 503": { ...gateway, status: 503, headers: { "retry-after": "7" } },
  "page with 504 after the work": { ...gateway, status: 504, afterWork: true },
  "page with 200": { ...gateway, status: 200 },
  "page with 403": { ...gateway, status: 403 },
  "page with 404": { ...gateway, status: 404 },
  "half an answer": { ...gateway, status: 200, contentType: "application/json", body: '{"RequestId":"1' },
  reset: { kind: "reset" },
  "cut in the body": { kind: "cut" },
  "down for a while": { kind: "down", ms: 2_500 },
  "answer lost": { kind: "reset", afterWork: true },
  "no answer": { kind: "hang" },
  "no answer after the work": { kind: "hang", afterWork: true },
  "slow body": { kind: "slowBody", ms: 3_000 },
  "body slower than the limit": { kind: "slowBody", ms: 90_000 },
  slow: { kind: "latency", ms: 2_000 },
  "slower than the limit": { kind: "latency", ms: 130_000 },
  "visible late": { kind: "visibilityDelay", ms: 700 },
  "visible very late": { kind: "visibilityDelay", ms: 6_000 },
  "busy after a write": { kind: "busyAfterWrite", ms: 3_000 },
  "two a second": { kind: "rateLimit", limit: 2 },
  expired: { kind: "expired" },
} satisfies Record<string, FaultRule>;

/** Which calls it hits. */
export const actions = {
  any: [undefined],
  attach: ["AttachVServerGroups", "JoinSecurityGroup", "AssociateSecurityGroups", "addSecurityGroup"],
  detach: ["DetachVServerGroups", "LeaveSecurityGroup", "DisassociateSecurityGroups", "removeSecurityGroup"],
  find: [
    "DescribeScalingGroups",
    "DescribeInstances",
    "DescribeNetworkInterfaces",
    "listServerSecurityGroups",
    "listPorts",
  ],
  login: ["GetCallerIdentity", "createToken", "KeystoneListProjects"],
} satisfies Record<string, readonly (string | undefined)[]>;

/** As the simulator takes it. */
export function rulesOf(all: readonly Trouble[]): FaultRule[] {
  return all.flatMap(({ kind, action, skip, times }) =>
    actions[action].map((name) => ({
      ...(troubles[kind] satisfies FaultRule as FaultRule),
      ...(name === undefined ? {} : { action: name }),
      skip,
      ...(times === 0 ? {} : { times }),
    })),
  );
}

/** How long a call that was given up may go on in the cloud, in milliseconds. */
export function longestOf(all: readonly Trouble[]): number {
  return Math.max(0, ...all.map(({ kind }) => ("ms" in troubles[kind] ? (troubles[kind].ms as number) : 0)));
}

export function isLate({ kind }: Trouble): boolean {
  return kind === "visible late" || kind === "visible very late";
}

/** How the clouds behave where their vendors are silent. */
export const variants: readonly Record<string, string>[] = [
  {},
  {
    "ess.attachTwice": "updateWeight",
    "ecs.joinEniTwice": "success",
    "ecs.leaveNotMember": "success",
    "ens.joinMember": "interfaceError",
    "ens.leaveNotMember": "interfaceError",
    "cvm.associateTwice": "error",
    "cvm.disassociateNotBound": "error",
    "cvm.partialFailure": "some",
    "cvm.operationMs": "300",
    "nova.addTwice": "success",
    "ecs.errors": "native",
  },
  {
    "ecs.leaveNotMember": "notInGroup",
    "ens.joinMember": "callInterface",
    "ens.leaveNotMember": "callInterface",
    "cvm.associateTwice": "error",
    "cvm.disassociateNotBound": "error",
    "cvm.operationMs": "2000",
    "cvm.operationShows": "atEnd",
    "cvm.busy": "inProgress",
    "nova.release": "2024.2",
    "nova.writeMs": "300",
  },
  {
    "ens.joinMember": "invalidParameter",
    "ens.leaveNotMember": "invalidParameter",
    "cvm.partialFailure": "some",
    "cvm.operationMs": "300",
    "cvm.operationShows": "atOnce",
  },
];
