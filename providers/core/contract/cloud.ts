import type { Settings, SettingTable } from "../util/settings";
import type { CloudError, Verb, Verdict } from "./errors";

/** Which of the vendor's credentials to use, for several accounts in one stack. Never holds a secret. */
export interface Connection {
  /** A profile of the vendor's own CLI or `clouds.yaml`. */
  profile?: string;
  /** A role to assume with those credentials. */
  assumeRole?: AssumeRole;
}

/** A role of another account (Alibaba RAM role, Tencent CAM role, Huawei agency). */
export interface AssumeRole {
  /** Alibaba `acs:ram::<account>:role/<name>`, Tencent `qcs::cam::uin/<account>:roleName/<name>`, Huawei the agency's name. */
  roleArn: string;
  /** Default: `pulumi-cloud-attachments`. */
  sessionName?: string;
  externalId?: string;
  policy?: string;
  /** Seconds the temporary credentials live. Default: the vendor's. */
  durationSeconds?: number;
}

/** What is said of a vendor without a login; cheap enough for a program to load. */
export interface Vendor {
  /** Pulumi config namespace and folder name: `alicloud`. */
  readonly name: string;
  /** The vendor's name in sentences: `Alibaba Cloud`. */
  readonly title: string;
  /** What the vendor calls that which a {@link Session.accountId} names. */
  readonly tenant: "account" | "project";
  /** All that it reads of config and environment. Logins under equal values are one. */
  readonly settings: SettingTable;
  /**
   * The region as configured, in a program or in the provider process; pure and cheap.
   * @param connection - credentials of another cloud may have a region of their own.
   */
  region(settings: Settings, connection?: Connection): string | undefined;
}

/** A vendor: how to reach it, and how to read its errors. */
export interface Cloud<S extends Session> extends Vendor {
  /**
   * Tells offline what would make every login fail, so that a preview shows it: no region, half a key, a role where there are none,
   * a value that is not what its setting takes. Makes no request; may read the vendor's profile files. What is only absent here (keys,
   * a profile, a file) is no fault: it may be there where `up` runs. Called by check, once in a process for each `where`, and only
   * with what is known.
   * @throws PreflightError, or any Error whose message tells the user what is wrong.
   */
  preflight?(where: Where, settings: Settings): void;
  /**
   * Logs in. The core calls it once per process for what it depends on, and keeps the session; a failure is not kept.
   * @throws CloudError, or an Error whose message tells the user what is missing.
   */
  connect(where: Where, settings: Settings, deadline: Deadline): Promise<S>;
  /** What an error means to a verb. A code that is not in the vendor's table is `permanent`. */
  classify(error: CloudError, verb: Verb): Verdict;
}

/** A cloud reached with certain credentials in a certain region. */
export interface Session {
  /** The account (or project) that the credentials belong to, as the cloud itself says. */
  readonly accountId: string;
  readonly region: string;
}

/** Where a pair is to be found. */
export interface Where {
  region?: string;
  connection?: Connection;
}

/** An Error of {@link Cloud.preflight}. */
export interface PreflightError extends Error {
  /** The argument at which the message is shown. Default: at the resource as a whole. */
  property?: "region" | "connection";
}

/** The limits of one operation, passed down to every request made for it. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline. */
  remaining(): number;
}
