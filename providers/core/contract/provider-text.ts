/** The package that saved state asks for, in every program, for ever. */
export const PACKAGE = "pulumi-cloud-attachments";

/** The type token that the engine knows: `alicloud/ecs:SecurityGroupAttachment` behind the prefix of all dynamic resources. */
export function typeOf(token: string): string {
  return `pulumi-nodejs:dynamic/${token}`;
}

/** The type token of the same association in the provider plugin. */
export function pluginTypeOf(token: string): string {
  return `cloud-attachments:${token}`;
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
