/** How a vendor writes answers, for rows about answers that are not its own. */
export interface Wire {
  /** The answer to a look with this list, of which there are `total`. */
  list(items: unknown, total: number): object;
  /** The same without the list. */
  unlisted: object;
  /** The list tells of parents by their ids. Undefined where it holds the groups of the one that was asked for. */
  items?: {
    /** The id of the pairs' own. */
    parent: string;
    item(parent: string, attached: unknown): object;
  };
  /** A refusal in the vendor's form. */
  refusal(code: string, message: string, requestId: string): { status: number; body: object };
  /** What is asked next where the list is empty: that alone proves nothing. */
  next?: string;
}

/** The id of every odd request. */
export const REQUEST = "R-0dd";

/** RPC style, as Alibaba Cloud has it. */
export function rpc(outer: string, inner: string, more: Pick<Wire, "items" | "next">): Wire {
  return {
    list: (items, TotalCount) => ({ RequestId: REQUEST, TotalCount, [outer]: { [inner]: items } }),
    unlisted: { RequestId: REQUEST, TotalCount: 0, [outer]: {} },
    refusal: (Code, Message, RequestId) => ({ status: 400, body: { RequestId, Code, Message } }),
    ...more,
  };
}

/** API 3.0 of Tencent Cloud. */
export const api3 = (parent: string): Wire => ({
  list: (InstanceSet, TotalCount) => ({ Response: { RequestId: REQUEST, TotalCount, InstanceSet } }),
  unlisted: { Response: { RequestId: REQUEST, TotalCount: 0 } },
  items: {
    parent,
    item: (InstanceId, SecurityGroupIds) => ({ InstanceId, InstanceState: "RUNNING", SecurityGroupIds }),
  },
  refusal: (Code, Message, RequestId) => ({
    status: 200,
    body: { Response: { RequestId, Error: { Code, Message } } },
  }),
});

/** Nova, whose list is of the groups of one server. Its request id is a header. */
export const nova: Wire = {
  list: (security_groups) => ({ security_groups }),
  unlisted: { security_groups: null },
  refusal: (code, message, request_id) => ({
    status: 400,
    body: { [code]: { code: 400, message }, request_id },
  }),
  next: "showServer",
};
