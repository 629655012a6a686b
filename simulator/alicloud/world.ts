/** Alibaba Cloud's part of the world. Every resource has an owner; ids are keys. */
export interface AlicloudWorld {
  /** What the endpoints line names as the region. */
  regionId: string;
  /** Regions that exist; any other is refused. */
  regions: string[];
  /** AccessKey pairs of RAM users, by AccessKey id. The first is the one in the endpoints line. */
  accessKeys: Record<string, AccessKey>;
  /** RAM roles by ARN. */
  roles: Record<string, Role>;
  /** Temporary credentials that AssumeRole gave, by their AccessKey id. */
  sessions: Record<string, Session>;
  quotas: {
    /** VServer groups (tuples) a scaling group. */
    vserverGroupsPerScalingGroup: number;
    /** Security groups an ECS instance or ENI. */
    securityGroupsPerInstance: number;
    membersPerBasicGroup: number;
    membersPerAdvancedGroup: number;
  };
  scalingGroups: Record<string, ScalingGroup>;
  loadBalancers: Record<string, LoadBalancer>;
  vserverGroups: Record<string, VServerGroup>;
  instances: Record<string, Instance>;
  networkInterfaces: Record<string, NetworkInterface>;
  securityGroups: Record<string, SecurityGroup>;
  ensInstances: Record<string, EnsInstance>;
  ensNetworkInterfaces: Record<string, EnsNetworkInterface>;
  ensSecurityGroups: Record<string, EnsSecurityGroup>;
}

export interface AccessKey {
  secret: string;
  accountId: string;
  /** RAM user name; without one the key is the account's own. */
  userName?: string;
  /** Disabled in the RAM console. Default false. */
  inactive?: boolean;
  /** Actions that the user has no right to, e.g. `ecs:JoinSecurityGroup`, or `ecs:*`. */
  denied?: string[];
}

export interface Role {
  /** Accounts whose users the trust policy lets in. */
  trustedAccountIds: string[];
  /** The trust policy's condition, if it has one. */
  externalId?: string;
  /** MaxSessionDuration in seconds, 3600 to 43200. Default 3600. */
  maxSessionSeconds?: number;
  denied?: string[];
}

export interface Session {
  secret: string;
  securityToken: string;
  roleArn: string;
  sessionName: string;
  /** ISO 8601, by the vendor's clock. */
  expiration: string;
}

/** What users call it, and what they write on it. */
interface Named {
  /** Default: its id. */
  name?: string;
  tags?: Record<string, string>;
}

interface Regional {
  accountId: string;
  regionId: string;
  vpcId: string;
}

export interface ScalingGroup extends Regional {
  name: string;
  lifecycleState: "Active" | "Inactive" | "Deleting";
  instanceIds: string[];
  vserverGroups: VServerGroupAttachment[];
}

export interface VServerGroupAttachment {
  loadBalancerId: string;
  vserverGroupId: string;
  port: number;
  weight: number;
}

export interface LoadBalancer extends Regional {
  status: "active" | "inactive" | "locked";
  listeners: { port: number; healthCheck: boolean }[];
}

export interface VServerGroup {
  loadBalancerId: string;
  backends: { serverId: string; port: number; weight: number }[];
}

export interface Instance extends Regional, Named {
  status: "Pending" | "Starting" | "Running" | "Stopping" | "Stopped";
  /** Why it is locked, e.g. `security`. */
  lockReason?: string;
  securityGroupIds: string[];
}

export interface NetworkInterface extends Regional, Named {
  /** A primary ENI has the groups of its instance. */
  type: "Primary" | "Secondary";
  status: "Available" | "Attaching" | "InUse" | "Detaching" | "Deleting";
  instanceId?: string;
  /** Managed by a cloud service: users may not change it. */
  serviceManaged?: boolean;
  securityGroupIds: string[];
}

export interface SecurityGroup extends Regional {
  name: string;
  /** normal: basic; enterprise: advanced. */
  type: "normal" | "enterprise";
  serviceManaged?: boolean;
}

export interface EnsInstance {
  accountId: string;
  /** Default: its id. */
  name?: string;
  ensRegionId: string;
  status: "Running" | "Stopped" | "Starting" | "Stopping" | "Resetting";
  securityGroupIds: string[];
}

export interface EnsNetworkInterface {
  accountId: string;
  ensRegionId: string;
  status: "Available" | "InUse";
  instanceId?: string;
  securityGroupIds: string[];
}

export interface EnsSecurityGroup {
  accountId: string;
  name: string;
}
