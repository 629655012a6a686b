import type { GenericSchema, InferOutput } from "valibot";
import { CloudError } from "../contract/errors";
import { faults, schema } from "../util/schema";

/** Where an answer comes from, for the error if it is none. */
export interface Source {
  /** The API action. */
  action: string;
  requestId?: string | undefined;
}

/** The part of an answer that matters. Whatever else the API tells is left alone. */
export type Shape<T extends GenericSchema = GenericSchema> = () => T;

/** A part of a key, or the id of an account: ASCII without control characters, as headers take it. */
export const token = schema((v) => v.pipe(v.string(), v.regex(/^[ -~]+$/)));

/**
 * The answer, if it is what this API answers. Anything else (a gateway's page, an error in disguise, another type where a list
 * should be) proves nothing: neither that a pair is there, nor that it is gone.
 *
 * @throws CloudError `UnreadableAnswer`
 */
export function answerOf<T extends GenericSchema>(
  shape: Shape<T>,
  body: unknown,
  source: Source,
): InferOutput<T> {
  const [fault] = faults(shape, body);
  if (!fault) return body as InferOutput<T>;
  const where = fault.path.length > 0 ? `: ${fault.path.join(".")} is missing or of another type` : "";
  throw notTheApis(`the answer is not this API's${where}`, source);
}

/**
 * The items of a list that was asked for by ids, by those ids. One that is not in it is not there, if the list is complete.
 *
 * @param list.total - how many there are, as the answer says.
 * @param list.next - what to ask for the next page with; empty if there is none.
 * @throws CloudError `UnreadableAnswer` for a list that lacks some, and is not complete or tells of others in their place.
 */
export function listed<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  asked: readonly string[],
  list: Source & { total?: number | undefined; next?: string | null | undefined },
): Map<string, Item> {
  const found = new Map(items.map((item) => [idOf(item), item]));
  if (asked.every((id) => found.has(id))) return found;
  // Not which: what answers may echo what it was sent.
  const isOther = [...found.keys()].some((id) => !asked.includes(id));
  if (isOther) throw notTheApis("the answer tells of others than what was asked for", list);
  const isWhole = (list.total ?? 0) <= items.length && !list.next;
  if (!isWhole) throw notTheApis(`the answer lists ${items.length} of ${list.total ?? "more"}`, list);
  return found;
}

/** An answer that does not come from this API, or is not all of it. */
export function notTheApis(message: string, { action, requestId }: Source): CloudError {
  return new CloudError({ code: "UnreadableAnswer", message, action, ...(requestId ? { requestId } : {}) });
}
