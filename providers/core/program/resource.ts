import type * as pulumi from "@pulumi/pulumi";
import { type AnyAssociation, fieldsOf } from "../contract/association";
import type { Outputs } from "../contract/fields";
import { PROVIDER, TIMEOUTS } from "../contract/inputs";
import { isPlural, pluralOf } from "../contract/plural";
import { PACKAGE, pluginTypeOf, providerText, typeOf } from "../contract/provider-text";
import { memoized } from "../util/memoized";
import { type Settings, settingsFrom } from "../util/settings";
import { duplicateOf } from "./duplicates";
import { toSeconds } from "./durations";
import { ConstantDynamicResource } from "./dynamic-resource";
import { lastTransformation } from "./last-transformation";
import { handsDownProvider, refuseOptions, warnOfIgnoredProvider } from "./options";
import { requireFromProject } from "./project";
import { sdk } from "./sdk";

/** The config key that sets `ifAttached` for a whole stack. */
const IF_ATTACHED_CONFIG = `${PACKAGE}:ifAttached`;

/** Outputs that every association has. */
export interface CommonOutputs {
  /** The region the attachment is in. */
  readonly region: pulumi.Output<string>;
  /** The account (on OpenStack the project) the attachment is in, as the cloud itself told. */
  readonly accountId: pulumi.Output<string>;
  /**
   * Whether the attachment was seen exactly as declared. False after a create whose outcome could not be confirmed, and
   * after a refresh that found it changed or incomplete; the next `pulumi up` then completes it.
   */
  readonly confirmed: pulumi.Output<boolean>;
}

/** Arguments that every association takes, as a program gives them. */
export interface CommonInputs {
  /**
   * Region (string). Default: the vendor's config key, environment variable or profile. A change replaces.
   */
  region?: pulumi.Input<string>;
  /**
   * Credentials other than the configured ones, for several accounts in one stack: a profile of the vendor's CLI and/or
   * a role to assume. Never a secret. A change updates in place; credentials of another account are refused.
   */
  connection?: pulumi.Input<ConnectionInputs>;
  /**
   * What create does when the pair is attached already: `"adopt"` takes it over without a write, `"fail"` stops with an
   * error. Default: config `pulumi-cloud-attachments:ifAttached`, else `"adopt"`. A change updates in place.
   */
  ifAttached?: pulumi.Input<"adopt" | "fail">;
}

/** Which of the vendor's credentials to use. */
export interface ConnectionInputs {
  /** Profile of the vendor's CLI, or cloud of `clouds.yaml` (string). */
  profile?: pulumi.Input<string>;
  /** Role to assume. */
  assumeRole?: pulumi.Input<{
    /** Alibaba `acs:ram::<account>:role/<name>`, Tencent `qcs::cam::uin/<account>:roleName/<name>`, Huawei the agency's name. */
    roleArn: pulumi.Input<string>;
    /** Default `pulumi-cloud-attachments`. */
    sessionName?: pulumi.Input<string>;
    /** External id that the role's trust policy asks for. */
    externalId?: pulumi.Input<string>;
    /** Policy that narrows the role (JSON text). */
    policy?: pulumi.Input<string>;
    /** Seconds the temporary credentials live. Default: the vendor's. */
    durationSeconds?: pulumi.Input<number>;
  }>;
}

/**
 * Base of every association in a program. It loads no SDK and makes no call.
 *
 * @throws RunError if the option `provider` belongs to another package, if `import` is given, or if a duration of
 *   `customTimeouts` is malformed, whether the program or a transformation sets them; and if this package cannot be loaded
 *   from the project's folder.
 */
export class AttachmentResource extends ConstantDynamicResource implements CommonOutputs {
  declare readonly region: pulumi.Output<string>;
  declare readonly accountId: pulumi.Output<string>;
  declare readonly confirmed: pulumi.Output<boolean>;

  constructor(
    association: AnyAssociation,
    name: string,
    args: CommonInputs,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const owner = `${nameInPrograms(association)} "${name}"`;
    const isTest = isMocked();
    if (!isTest) requireFromProject();
    let isIgnored = false;
    const last = lastTransformation(({ props, opts }) => {
      refuseOptions(association, owner, opts);
      isIgnored = handsDownProvider(association, props, opts);
      return { props: inputsOf(association, owner, name, { props, opts, isTest }), opts };
    });
    super(typeOf(association.token), name, args as pulumi.Inputs, {
      ...opts,
      // State that the plugin wrote is taken over as it is.
      aliases: [...(opts.aliases ?? []), { type: pluginTypeOf(association.token) }],
      transformations: [...(opts.transformations ?? []), last],
    });
    if (isIgnored) warnOfIgnoredProvider(association, owner, this);
  }
}

/**
 * {@link AttachmentResource} with the outputs that follow from the documented arguments of an association.
 *
 * @typeParam Args - the interface of its arguments.
 * @typeParam F - the type of its fields.
 */
export function attachmentResource<Args, F>(): new (
  association: AnyAssociation,
  name: string,
  args: Args,
  opts?: pulumi.CustomResourceOptions,
) => AttachmentResource & Outputs<Args, F> {
  return AttachmentResource as never;
}

/** Outputs of every plural form. */
export interface PluralOutputs<Member> {
  /** Members of the list that are not attached: what failed, and what a refresh did not find. The next `pulumi up` attaches them. */
  readonly missing: pulumi.Output<Member[]>;
}

/**
 * Base of the plural forms: {@link AttachmentResource} for many pairs of an association.
 *
 * @typeParam Args - the interface of its arguments.
 * @typeParam Member - what the lists hold.
 */
export function attachmentsResource<Args, Member>(): new (
  association: AnyAssociation,
  name: string,
  args: Args,
  opts?: pulumi.CustomResourceOptions,
) => AttachmentResource & PluralOutputs<Member> & ListOutputs<Args> {
  return PluralResource as never;
}

/** Every argument that says what is attached, as an output: undefined where the program gives the other one. */
type ListOutputs<Args> = {
  readonly [Name in Exclude<AllKeys<Args>, keyof CommonInputs>]-?: pulumi.Output<
    pulumi.Unwrap<ValueAt<Args, Name>>
  >;
};
type AllKeys<T> = T extends unknown ? keyof T : never;
type ValueAt<T, Name> = T extends unknown ? (Name extends keyof T ? T[Name] : never) : never;

class PluralResource extends AttachmentResource {
  constructor(
    association: AnyAssociation,
    name: string,
    args: CommonInputs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(pluralOf(association), name, args, opts);
  }
}

/** `alicloud.ecs.SecurityGroupAttachment`, as a program writes it. */
const nameInPrograms = memoized(({ token }: AnyAssociation) => token.replace(/[/:]/g, "."));

/** Every field as `undefined`, which is what makes it exist as an output. */
const outputs = memoized((association: AnyAssociation): pulumi.Inputs => {
  const names = [...Object.keys(association.fields), "region", "accountId", "confirmed"];
  if (isPlural(association)) names.push("missing");
  return Object.fromEntries(names.map((name) => [name, undefined]));
});

const textOf = memoized(({ token }: AnyAssociation) => providerText(token));

/** Everything that the engine gets: what the program gave, defaults that only a program knows, and what no user writes. */
function inputsOf(
  association: AnyAssociation,
  owner: string,
  name: string,
  { props, opts, isTest }: { props: CommonInputs; opts: pulumi.CustomResourceOptions; isTest: boolean },
): pulumi.Inputs {
  const inputs = { ...outputs(association), ...withDefaults(association, props) };
  const provider = { [PROVIDER]: textOf(association) };
  // Nothing of ours runs under mocks: a test is to see what check would make of the arguments, and none of its marks.
  if (isTest) return { ...withFieldDefaults(association, inputs), ...provider };
  const timeouts = toSeconds(opts.customTimeouts, owner);
  return {
    ...inputs,
    ...duplicateOf(association, name, inputs),
    ...provider,
    ...(timeouts ? { [TIMEOUTS]: timeouts } : {}),
  };
}

function withFieldDefaults(association: AnyAssociation, inputs: pulumi.Inputs): pulumi.Inputs {
  const defaults = fieldsOf(association).map(([name, field]) => [name, inputs[name] ?? field.default]);
  return { ...inputs, ...Object.fromEntries(defaults) };
}

/** Whether the program runs in a unit test (`pulumi.runtime.setMocks`): the monitor of the mocks tells them. */
function isMocked(): boolean {
  return "mocks" in (sdk().runtime.getMonitor() ?? {});
}

/** Defaults that only a program knows: the region and `ifAttached` of the stack's config. */
function withDefaults(association: AnyAssociation, args: CommonInputs): pulumi.Inputs {
  const settings = settingsFrom(stackConfig);
  const region = args.region ?? regionFor(association, args.connection, settings);
  const ifAttached = args.ifAttached ?? stackConfig(IF_ATTACHED_CONFIG);
  return { ...args, ...(region ? { region } : {}), ...(ifAttached ? { ifAttached } : {}) };
}

/** Only the profile counts: a role that a preview does not know yet would make the region unknown, and that is a replacement. */
function regionFor(
  { cloud }: AnyAssociation,
  connection: CommonInputs["connection"],
  settings: Settings,
): pulumi.Input<string | undefined> {
  const isEventual = sdk().Output.isInstance(connection) || connection instanceof Promise;
  const profile = isEventual
    ? sdk()
        .output(connection)
        .apply((known) => known.profile)
    : connection?.profile;
  const regionOf = (known: string | undefined) => cloud.region(settings, known ? { profile: known } : {});
  return profile === undefined || typeof profile === "string"
    ? regionOf(profile)
    : sdk().output(profile).apply(regionOf);
}

function stackConfig(key: string): string | undefined {
  const colon = key.indexOf(":");
  return new (sdk().Config)(key.slice(0, colon)).get(key.slice(colon + 1));
}
