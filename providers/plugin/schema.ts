import type { GenericSchema } from "valibot";
import { associations } from "../associations";
import { type AnyAssociation, fieldsOf } from "../core/contract/association";
import type { Field } from "../core/contract/fields";
import { pluginTypeOf, typeOf } from "../core/contract/provider-text";
import { packageVersion } from "../core/util/version";
import { clouds, PACKAGE } from "./configuration";

/** Where a description comes from: the docstrings that users of TypeScript see. */
export interface Descriptions {
  /** Of a resource type. */
  resource(token: string): string;
  /** Of an argument or an output of it. */
  property(token: string, name: string): string;
  /** Of a member of the arguments `connection` and `connection.assumeRole`. */
  member(path: readonly string[]): string;
}

interface Type {
  type?: "string" | "integer" | "boolean";
  $ref?: string;
}

interface Property extends Type {
  description: string;
  default?: unknown;
  willReplaceOnChanges?: true;
}

interface ObjectType {
  type: "object";
  properties: Record<string, Property>;
  required?: string[];
}

/** What `pulumi schema check` takes: every resource type of the registry, as the fields say. */
export function packageSchema(describe: Descriptions): object {
  const types: Record<string, ObjectType> = {};
  const resources = Object.values(associations).map(
    (each) => [pluginTypeOf(each.token), resourceOf(each, describe, types)] as const,
  );
  const config = Object.fromEntries([
    ...[...clouds].map(([name, keys]) => [
      name,
      {
        type: "object",
        additionalProperties: { $ref: "pulumi.json#/Any" },
        description: `Region and credentials, with the keys of Pulumi's own ${name} package: ${[...keys].join(", ")}. Where a key is left out, its environment variable or the vendor's files count.`,
        secret: true,
      },
    ]),
    [
      "ifAttached",
      {
        type: "string",
        description: describe.property(Object.values(associations)[0]?.token ?? "", "ifAttached"),
      },
    ],
  ]) as Record<string, object>;
  return {
    name: PACKAGE,
    displayName: "Cloud Attachments (preview)",
    version: packageVersion,
    description:
      "Security groups and load balancer groups attached to what exists already, in any Pulumi language",
    keywords: ["pulumi", "category/cloud"],
    homepage: "https://github.com/pulumi-cloud-attachments/pulumi-cloud-attachments",
    repository: "https://github.com/pulumi-cloud-attachments/pulumi-cloud-attachments",
    license: "Apache-2.0",
    publisher: "pulumi-cloud-attachments",
    // `alicloud/ecs` -> the module `alicloud/ecs` of every SDK.
    meta: { moduleFormat: "(.*)" },
    config: { variables: config },
    provider: { inputProperties: config },
    types,
    resources: Object.fromEntries(resources),
    language: {
      nodejs: { respectSchemaVersion: true },
      python: { respectSchemaVersion: true, pyproject: { enabled: true } },
      go: { respectSchemaVersion: true, generateResourceContainerTypes: true },
    },
  };
}

function resourceOf(
  association: AnyAssociation,
  describe: Descriptions,
  types: Record<string, ObjectType>,
): object {
  const { token } = association;
  const fields = fieldsOf(association);
  const property = ([name, field]: [string, Field]): [string, Property] => [
    name,
    {
      ...typeIn(field.rule(), [name], describe, types),
      description: describe.property(token, name),
      ...(field.default === undefined ? {} : { default: field.default }),
      ...(field.role === "identity" ? { willReplaceOnChanges: true } : {}),
    },
  ];
  const inputs = fields.map(property);
  const text = (name: string, type: "string" | "boolean" = "string"): [string, Property] => [
    name,
    { type, description: describe.property(token, name) },
  ];
  // As in TypeScript, what says how to attach is no output.
  const own = fields.filter(([name]) => name !== "region" && name !== "connection" && name !== "ifAttached");
  const outputs = own
    .map(property)
    .map(([name, { default: _default, willReplaceOnChanges: _replaces, ...rest }]) => [name, rest]);
  const always = own.flatMap(([name, field]) =>
    field.required || field.default !== undefined ? [name] : [],
  );
  return {
    description: describe.resource(token),
    inputProperties: Object.fromEntries(inputs),
    requiredInputs: fields.flatMap(([name, field]) => (field.required ? [name] : [])),
    properties: Object.fromEntries([
      ...outputs,
      text("region"),
      text("accountId"),
      text("confirmed", "boolean"),
    ]),
    required: [...always, "region", "accountId", "confirmed"],
    aliases: [{ type: typeOf(token) }],
  };
}

/** The type of the values that a rule lets through. Objects become named types. */
function typeIn(
  rule: GenericSchema,
  path: readonly string[],
  describe: Descriptions,
  types: Record<string, ObjectType>,
): Type {
  const node = rule as GenericSchema & Node;
  if (node.type === "optional" && node.wrapped) return typeIn(node.wrapped, path, describe, types);
  const object = [node, ...(node.pipe ?? [])].find(({ entries }) => entries) as Node | undefined;
  if (object?.entries) {
    const name = `${PACKAGE}:index:${capital(path.at(-1) ?? "")}`;
    const members = Object.entries(object.entries);
    const properties = members.map(([member, inner]): [string, Property] => {
      const at = [...path, member];
      return [member, { ...typeIn(inner, at, describe, types), description: describe.member(at) }];
    });
    const required = members.flatMap(([member, inner]) => (inner.type === "optional" ? [] : [member]));
    types[name] = {
      type: "object",
      properties: Object.fromEntries(properties),
      ...(required.length > 0 ? { required } : {}),
    };
    return { $ref: `#/types/${name}` };
  }
  if (node.type === "string" || node.type === "boolean") return { type: node.type };
  if (node.type === "number") return { type: "integer" };
  throw new Error(`${path.join(".")}: the schema has no type for a rule of type ${node.type}`);
}

/** What valibot keeps at a schema. */
interface Node {
  type: string;
  wrapped?: GenericSchema;
  pipe?: readonly Node[];
  entries?: Record<string, GenericSchema>;
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
