import type { InferOutput } from "valibot";
import { listed } from "../core/cloud/answer";
import { schema } from "../core/util/schema";

/** The answer to a write: nothing but the id of the request. */
export const accepted = schema((v) => v.object({ RequestId: v.string() }));

/** What every answer with a list tells beside it. */
export const page = schema((v) =>
  v.object({ RequestId: v.string(), TotalCount: v.optional(v.number()), NextToken: v.nullish(v.string()) }),
);

/** The items of such an answer by the ids that were asked for. @throws CloudError if the list is not complete, or of others. */
export function listedIn<Item>(
  answer: InferOutput<ReturnType<typeof page>>,
  action: string,
  items: readonly Item[],
  idOf: (item: Item) => string,
  asked: readonly string[],
): Map<string, Item> {
  const { RequestId: requestId, TotalCount: total, NextToken: next } = answer;
  return listed(items, idOf, asked, { action, requestId, total, next });
}
