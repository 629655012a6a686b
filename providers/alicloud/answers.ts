import type { InferOutput } from "valibot";
import { notTheApis, type Source } from "../core/cloud/answer";
import { schema } from "../core/util/schema";

/** The answer to a write: nothing but the id of the request. */
export const accepted = schema((v) => v.object({ RequestId: v.string() }));

/** What every answer with a list tells beside it. */
export const page = schema((v) =>
  v.object({ RequestId: v.string(), TotalCount: v.optional(v.number()), NextToken: v.nullish(v.string()) }),
);

/** Tags as ECS shows them. */
export const tags = schema((v) =>
  v.nullish(v.object({ Tag: v.array(v.object({ TagKey: v.string(), TagValue: v.optional(v.string()) })) })),
);

/** Tags by key. */
export function tagsOf(shown: InferOutput<ReturnType<typeof tags>>): Record<string, string> {
  return Object.fromEntries((shown?.Tag ?? []).map(({ TagKey, TagValue = "" }) => [TagKey, TagValue]));
}

/**
 * What an answer to page `number` says of the pages after it.
 * @throws CloudError if it does not tell how many there are: nothing then says whether the list is complete.
 */
export function after(
  number: number,
  size: number,
  { TotalCount: total, RequestId: requestId }: InferOutput<ReturnType<typeof page>>,
  action: string,
): Source & { total: number; next?: string } {
  const source = { action, requestId };
  if (total === undefined) throw notTheApis("the answer does not tell how many there are", source);
  return { ...source, total, ...(number * size < total ? { next: String(number + 1) } : {}) };
}

/** Security groups with their names, of ECS and ENS. */
export const namedGroups = schema((v) => {
  const group = v.object({ SecurityGroupId: v.string(), SecurityGroupName: v.optional(v.string()) });
  return v.object({ ...page().entries, SecurityGroups: v.object({ SecurityGroup: v.array(group) }) });
});

/** The name of each by its id. */
export function namesIn({ SecurityGroups }: InferOutput<ReturnType<typeof namedGroups>>): [string, string][] {
  return SecurityGroups.SecurityGroup.flatMap(({ SecurityGroupId: id, SecurityGroupName: name }) =>
    name ? [[id, name] as [string, string]] : [],
  );
}

/** A name that is not only the id once more, which the vendor gives to what was not named. */
export function named(name: string | null | undefined, id: string): { name?: string } {
  return name && name !== id ? { name } : {};
}
