import type { Association, CommonArgs } from "./association";
import type { Session } from "./cloud";

/** The package that saved state asks for, in every program, for ever. */
export const PACKAGE = "pulumi-cloud-attachments";

/** Any association, when its arguments do not matter. */
// biome-ignore lint/suspicious/noExplicitAny: the arguments of different associations have nothing in common but this
export type AnyAssociation = Association<any, any>;

/** Keeps the types of an association's literal; does nothing else. */
export function association<Args extends CommonArgs, S extends Session>(
  definition: Association<Args, S>,
): Association<Args, S> {
  return definition;
}

/** What is the same for all resources of an association, made once: a program may register thousands. */
export function perAssociation<T>(
  make: (association: AnyAssociation) => T,
): (association: AnyAssociation) => T {
  const known = new WeakMap<AnyAssociation, { value: T }>();
  return (association) => {
    const made = known.get(association) ?? { value: make(association) };
    known.set(association, made);
    return made.value;
  };
}

/** Where a pair is, in keys of pairs and parents: an account, and a region of it unless that makes no difference. */
export function placeOf(association: AnyAssociation, at: Pick<Session, "accountId" | "region">): string {
  return association.isGlobal ? at.accountId : `${at.accountId} ${at.region}`;
}

/** The export of `runtime` that handles a type token: `alicloud/ecs:SecurityGroupAttachment` -> `alicloudEcsSecurityGroupAttachment`. */
export function handlerName(token: string): string {
  return token.replace(/[/:](.)/g, (_match, letter: string) => letter.toUpperCase());
}

/**
 * The `__provider` text that state holds instead of code: it loads the installed package, so that a fix reaches the
 * delete of old resources and an upgrade is no diff. Saved states depend on it to the letter.
 */
export function providerText(token: string): string {
  return `exports.handler=()=>require("${PACKAGE}/runtime").${handlerName(token)};`;
}
