import type { InferOutput } from "valibot";
import { listed, notTheApis } from "../core/cloud/answer";
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

/** Tags as ECS shows them. */
export const tags = schema((v) =>
  v.nullish(v.object({ Tag: v.array(v.object({ TagKey: v.string(), TagValue: v.optional(v.string()) })) })),
);

/** Tags by key. */
export function tagsOf(shown: InferOutput<ReturnType<typeof tags>>): Record<string, string> {
  return Object.fromEntries((shown?.Tag ?? []).map(({ TagKey, TagValue = "" }) => [TagKey, TagValue]));
}

/**
 * The page after page `number` of an answer that tells how many there are in all.
 * @throws CloudError if it does not: nothing then says whether the list is complete.
 */
export function after(
  number: number,
  size: number,
  { TotalCount: total, RequestId: requestId }: InferOutput<ReturnType<typeof page>>,
  action: string,
): { total: number; next?: string } {
  if (total === undefined)
    throw notTheApis("the answer does not tell how many there are", { action, requestId });
  return number * size < total ? { total, next: String(number + 1) } : { total };
}

/** A name that is not only the id once more, which the vendor gives to what was not named. */
export function named(name: string | undefined, id: string): { name?: string } {
  return name && name !== id ? { name } : {};
}
