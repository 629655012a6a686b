import type { AnyAssociation } from "../../providers/core/contract/association";
import type { Properties } from "../../providers/core/contract/inputs";
import type { Simulator, World } from "../../simulator/index";
import type { Attached } from "../kit/attached";
import type { Machine } from "./machine";

export type Account = "main" | "other";

/** What the shared rules of credentials need to know of a cloud. Accounts are projects on OpenStack and its kin. */
export interface Vendor {
  association: AnyAssociation;
  attach: string;
  region: string;
  accounts: Record<Account, string>;
  /** Pairs of one parent in the first account, and one in the second. */
  pairs: Record<Account, readonly [Properties, ...Properties[]]>;
  attached(world: World): Attached[];
  /** Config that only says where the simulator is. */
  where(simulator: Simulator): Record<string, string>;
  /** A complete login, but for the region, of stack config alone. */
  inConfig(simulator: Simulator, account: Account): Record<string, string>;
  /** The same, of environment variables alone. */
  inEnvironment(simulator: Simulator, account: Account): Record<string, string>;
  /** How config and environment name the region. */
  regionKey: string;
  regionVariable: string;
  /** Writes the files of the vendor's CLI: a profile of each name, with the region. */
  profiles(machine: Machine, simulator: Simulator, profiles: Record<string, Account>): void;
  /** How config and environment choose one of them. */
  profileKey: string;
  profileVariable: string;
  /** What is said of a profile that is not there. */
  noProfile(name: string): RegExp;
  /** A role of the first account that the second may assume; and what asks for its credentials. */
  role?: { roleArn: string; action: string };
  /** A role of the second account that the first may assume with this external id only; and the refusal. */
  guardedRole?: { roleArn: string; externalId: string; refusal: RegExp };
  /** Credentials that expire without any role: what asks for them. */
  login?: string;
  /** Lets all temporary credentials expire on the cloud's side, unnoticed by us. */
  expire(world: World): void;
  /** Part of the sentence for a machine whose clock is wrong; unset where no request is signed. */
  clock?: RegExp;
}
