import type { AnyAssociation, Properties } from "pulumi-cloud-attachments/core";
import { associationOf } from "./attachment";
import { jsonObject } from "./files";
import { UsageError } from "./io";
import { MARK, SECRET } from "./state";

/** A kind of resource, of a vendor's own provider, that attaches groups. */
interface Vendor {
  /** Its type in Terraform. */
  terraform: string;
  /** Its type in the vendor's own Pulumi package, where there is one. */
  pulumi?: string;
  /** Ours that takes its place. */
  association: AnyAssociation;
  /** Names of the arguments that say what is attached. */
  attributes: readonly string[];
  /** Whether it is an instance with a list of groups. Otherwise it is nothing but attachments. */
  isList: boolean;
  /** What is attached, as arguments of ours. What is malformed or absent is left as it is: our own check tells. */
  pairs(values: Properties, id: unknown): Properties[];
}

/** A resource of a vendor's provider in a state. */
export interface VendorResource {
  /** Its URN, or its address in Terraform. */
  address: string;
  /** What declares it: a block of Terraform's stands for all its instances. */
  block: string;
  association: AnyAssociation;
  pairs: Properties[];
  /** Of an instance: those of its arguments that list groups. Undefined: it is nothing but attachments. */
  lists?: readonly string[];
  /** Options that a Pulumi program still has to give it, so that what is attached stays when it, or its list, goes. */
  options: string[];
  /** Name of the instance whose list it is. */
  name?: string;
  region?: string;
  /** Why it cannot be moved. */
  obstacle?: string;
}

/** What holds resources of the vendors. */
export interface VendorState {
  tool: "pulumi" | "terraform";
  resources: VendorResource[];
}

/**
 * Sources: the vendors' pages of these resources. For a list of groups that may be given in two ways, the first one that is not
 * empty counts: Terraform's providers fill in both.
 */
const vendors: readonly Vendor[] = [
  {
    ...own("alicloud_ess_scalinggroup_vserver_groups", "alicloud/ess:VServerGroupAttachment"),
    pulumi: "alicloud:ess/scalingGroupVServerGroups:ScalingGroupVServerGroups",
    attributes: ["scalingGroupId", "vserverGroups"],
    pairs: ({ scalingGroupId, vserverGroups }) =>
      objectsIn(vserverGroups).flatMap(({ loadbalancerId, vserverAttributes }) =>
        objectsIn(vserverAttributes).map(({ vserverGroupId, port, weight }) => ({
          scalingGroupId,
          loadBalancerId: loadbalancerId,
          vserverGroupId,
          port,
          weight,
        })),
      ),
  },
  {
    ...own("alicloud_ens_instance_security_group_attachment", "alicloud/ens:SecurityGroupAttachment"),
    pulumi: "alicloud:ens/instanceSecurityGroupAttachment:InstanceSecurityGroupAttachment",
  },
  {
    ...own("tencentcloud_cvm_security_group_attachment", "tencentcloud/cvm:SecurityGroupAttachment"),
    pulumi: "tencentcloud:Cvm/securityGroupAttachment:SecurityGroupAttachment",
  },
  {
    ...list("alicloud_instance", "alicloud/ecs:SecurityGroupAttachment", {
      securityGroups: "securityGroupId",
    }),
    pulumi: "alicloud:ecs/instance:Instance",
  },
  {
    ...list(
      "alicloud_ecs_network_interface",
      "alicloud/ecs:SecurityGroupAttachment",
      { securityGroupIds: "securityGroupId" },
      "networkInterfaceId",
    ),
    pulumi: "alicloud:ecs/ecsNetworkInterface:EcsNetworkInterface",
  },
  {
    ...list("tencentcloud_instance", "tencentcloud/cvm:SecurityGroupAttachment", {
      orderlySecurityGroups: "securityGroupId",
      securityGroups: "securityGroupId",
    }),
    pulumi: "tencentcloud:Instance/instance:Instance",
  },
  {
    ...list("huaweicloud_compute_instance", "huaweicloud/ecs:SecurityGroupAttachment", {
      securityGroupIds: "securityGroupId",
      securityGroups: "securityGroupName",
    }),
    pulumi: "huaweicloud:Ecs/instance:Instance",
  },
  list("opentelekomcloud_compute_instance_v2", "opentelekomcloud/compute:SecurityGroupAttachment", {
    securityGroups: "securityGroupName",
  }),
  list("opentelekomcloud_ecs_instance_v1", "opentelekomcloud/compute:SecurityGroupAttachment", {
    securityGroups: "securityGroupId",
  }),
  {
    ...list("openstack_compute_instance_v2", "openstack/compute:SecurityGroupAttachment", {
      securityGroups: "securityGroupName",
    }),
    pulumi: "openstack:compute/instance:Instance",
  },
];

/** A resource that attaches one security group to one instance. */
function own(terraform: string, token: string): Vendor {
  return {
    terraform,
    association: associationOf(token) as AnyAssociation,
    attributes: ["instanceId", "securityGroupId"],
    isList: false,
    pairs: ({ instanceId, securityGroupId }) => [{ instanceId, securityGroupId }],
  };
}

/** An instance, or a network interface, with lists of groups, by the argument that holds one of a list's members. */
function list(
  terraform: string,
  token: string,
  lists: Readonly<Record<string, string>>,
  parent = "instanceId",
): Vendor {
  return {
    terraform,
    association: associationOf(token) as AnyAssociation,
    attributes: Object.keys(lists),
    isList: true,
    pairs: (values, id) => {
      const given = Object.entries(lists).find(([name]) => arrayIn(values[name]).length > 0);
      if (!given) return [];
      const [name, member] = given;
      return arrayIn(values[name]).map((each) => ({ [parent]: id, [member]: each }));
    },
  };
}

const byTerraform = new Map(vendors.map((each) => [each.terraform, each]));

/** `pulumi package add terraform-provider` makes types of its own: `tencentcloud:index/cvmInstance:CvmInstance`. */
const byPulumi = new Map(
  vendors.flatMap((each) => {
    const [cloud = "", ...words] = each.terraform.split("_");
    const name = camel(words.join("_"));
    const added = `${cloud}:index/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return [added, ...(each.pulumi ? [each.pulumi] : [])].map((type) => [type, each] as const);
  }),
);

/**
 * The resources of the vendors in what `pulumi stack export` prints, in what `terraform show -json` prints, or in a state file of
 * Terraform (version 4).
 *
 * @throws UsageError for anything else.
 */
export function vendorStateIn(text: string, what: string): VendorState {
  const state = jsonObject(text, what);
  if (isObject(state.deployment)) return { tool: "pulumi", resources: ofDeployment(state.deployment, what) };
  if (state.planned_values !== undefined) {
    throw new UsageError(
      `${what} is a plan, not a state (hint: terraform show -json, without a plan's file)`,
    );
  }
  if (typeof state.format_version === "string") {
    const { root_module } = isObject(state.values) ? state.values : {};
    return { tool: "terraform", resources: ofModule(root_module) };
  }
  if (state.version === 4 && Array.isArray(state.resources)) {
    return { tool: "terraform", resources: ofStateFile(objectsIn(state.resources)) };
  }
  if (typeof state.terraform_version === "string") {
    throw new UsageError(
      `${what} is a state file of version ${state.version}; known is 4 (hint: terraform show -json)`,
    );
  }
  throw new UsageError(
    `${what} is neither what pulumi stack export prints nor a state of Terraform (terraform show -json, or its file)`,
  );
}

/** The resources of a stack. What a program only reads (`external`) is not the stack's own. */
function ofDeployment(deployment: Properties, what: string): VendorResource[] {
  const all = objectsIn(deployment.resources);
  const byUrn = new Map(all.map((each) => [each.urn, each]));
  // The engine deletes these whatever the program says.
  const waiting = new Set(all.filter((each) => each.delete === true).map(({ urn }) => urn));
  return all.flatMap((each) => {
    const vendor = byPulumi.get(String(each.type));
    if (!vendor || each.external === true || each.delete === true) return [];
    const { urn, id, inputs, outputs, provider, ignoreChanges, retainOnDelete, protect } = each;
    const at = { address: String(urn), block: String(urn) };
    const given = isObject(inputs) ? inputs : {};
    const by = byUrn.get(String(provider).replace(/::[^:]*$/, ""));
    const regions = [outputs, by?.inputs].map((values) => (isObject(values) ? values.region : undefined));
    const ignored = arrayIn(ignoreChanges);
    const lists = vendor.attributes.filter((name) => given[name] !== undefined && !ignored.includes(name));
    const ignoring = `ignoreChanges: ${JSON.stringify([...ignored, ...lists])}`;
    const options = vendor.isList
      ? lists.length > 0 && !ignored.includes("*")
        ? [ignoring]
        : []
      : [
          ...(retainOnDelete === true ? [] : ["retainOnDelete: true"]),
          // What is protected cannot be taken out, kept or not.
          ...(protect === true ? ["protect: false"] : []),
        ];
    try {
      return found(vendor, at, {
        id,
        values: Object.fromEntries(vendor.attributes.map((name) => [name, opened(given[name], what)])),
        name: given.name ?? given.instanceName,
        region: regions.find((region) => region !== undefined),
        options,
        ...(waiting.has(urn)
          ? { obstacle: "an earlier one of this name waits to be deleted (hint: pulumi up, then again)" }
          : {}),
      });
    } catch (error) {
      return [unreadable(vendor, at, (error as Error).message)];
    }
  });
}

/** A value with its secrets as they are. @throws UsageError where they are encrypted. */
function opened(value: unknown, what: string): unknown {
  if (Array.isArray(value)) return value.map((each) => opened(each, what));
  if (!isObject(value)) return value;
  if (value[MARK] !== SECRET) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, opened(each, what)]));
  }
  if (typeof value.plaintext === "string") return JSON.parse(value.plaintext);
  throw new UsageError(`what it attaches is encrypted in ${what} (hint: pulumi stack export --show-secrets)`);
}

/** Of `terraform show -json`: a module with those in it. */
function ofModule(module: unknown): VendorResource[] {
  if (!isObject(module)) return [];
  const own = objectsIn(module.resources).flatMap(({ address, mode, type, values, deposed_key }) =>
    ofTerraform(String(address), mode, type, values, deposed_key),
  );
  return [...own, ...objectsIn(module.child_modules).flatMap(ofModule)];
}

/** Of a state file: each resource with its instances, by their `count` or `for_each`. */
function ofStateFile(resources: readonly Properties[]): VendorResource[] {
  return resources.flatMap(({ module, mode, type, name, instances }) =>
    objectsIn(instances).flatMap(({ index_key, attributes, deposed }) => {
      const key = index_key === undefined || index_key === null ? "" : `[${inTerraform(index_key)}]`;
      const address = `${module ? `${module}.` : ""}${type}.${name}${key}`;
      return ofTerraform(address, mode, type, attributes, deposed);
    }),
  );
}

/** A key as Terraform writes it in addresses. */
const inTerraform = (key: unknown) => JSON.stringify(key).replace(/[$%](?=\{)/g, "$&$&");

function ofTerraform(
  address: string,
  mode: unknown,
  type: unknown,
  attributes: unknown,
  deposed: unknown,
): VendorResource[] {
  const vendor = byTerraform.get(String(type));
  if (!vendor || mode !== "managed") return [];
  const at = { address, block: address.replace(/\[(\d+|"(?:[^"\\]|\\.)*")\]/g, "") };
  if (!isObject(attributes)) {
    return [
      unreadable(
        vendor,
        at,
        "what it attaches cannot be read (hint: terraform apply -refresh-only, then again)",
      ),
    ];
  }
  const values = inCamel(attributes) as Properties;
  return found(vendor, at, {
    id: values.id,
    values,
    name: values.name ?? values.instanceName,
    region: values.region,
    options: [],
    ...(deposed
      ? { obstacle: "an earlier one waits to be deleted (hint: terraform apply, then again)" }
      : {}),
  });
}

/** What a state says of a resource. */
interface Told extends Pick<VendorResource, "options" | "obstacle"> {
  id: unknown;
  values: Properties;
  name: unknown;
  region: unknown;
}

type At = Pick<VendorResource, "address" | "block">;

/** None for a list without members. */
function found({ association, isList, ...vendor }: Vendor, at: At, told: Told): VendorResource[] {
  const { id, values, name, region, ...rest } = told;
  const pairs = vendor.pairs(values, id);
  if (pairs.length === 0) return [];
  const lists = vendor.attributes.filter((list) => arrayIn(values[list]).length > 0);
  return [
    {
      ...at,
      ...rest,
      association,
      pairs,
      ...(isList ? { lists } : {}),
      ...(isList && typeof name === "string" ? { name } : {}),
      ...(typeof region === "string" && region !== "" ? { region } : {}),
    },
  ];
}

function unreadable({ association }: Vendor, at: At, obstacle: string): VendorResource {
  return { ...at, association, pairs: [], options: [], obstacle };
}

/** `security_groups` to `securityGroups`, in all that is in it, too. */
function inCamel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCamel);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [camel(name), inCamel(each)]));
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const arrayIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const objectsIn = (value: unknown): Properties[] => arrayIn(value).filter(isObject);
