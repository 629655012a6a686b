export interface TencentcloudWorld {
  /** For clients that want to be told one. */
  region: string;
  regions: string[];
  /** Permanent and temporary keys, under the SecretId. */
  secretIds: Record<string, SecretId>;
  /** By ARN: `qcs::cam::uin/100000000001:roleName/deployer`. */
  roles: Record<string, Role>;
  quotas: { securityGroupsPerInstance: number; instancesPerSecurityGroup: number };
  instances: Record<string, Instance>;
  securityGroups: Record<string, { accountId: string; region: string; name: string }>;
}

export interface SecretId {
  secretKey: string;
  /** The account (Uin of its owner) that it acts in. */
  accountId: string;
  /** Uin of the sub-user; for temporary keys unset. */
  userId?: string;
  /** Temporary keys have a token, an end in milliseconds since 1970, and the role that was assumed. */
  token?: string;
  expiresAt?: number;
  roleArn?: string;
  /** Actions that it may not call, e.g. `cvm:AssociateSecurityGroups`. */
  denied?: string[];
}

export interface Role {
  trustedAccountIds: string[];
  externalId?: string;
}

export interface Instance {
  accountId: string;
  region: string;
  name: string;
  vpcId?: string;
  tags?: Record<string, string>;
  /** RUNNING, STOPPED, PENDING, SHUTDOWN (isolated), ... */
  state: string;
  /** Of the primary network interface, in the order in which they apply. */
  securityGroupIds: string[];
  /** The last write. */
  latestOperation?: { action: string; state: OperationState; requestId: string; message?: string };
}

export type OperationState = "SUCCESS" | "OPERATING" | "FAILED";
