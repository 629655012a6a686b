/** What Nova and Neutron know. Ids of servers, ports and groups are UUIDs, those of projects 32 hexadecimal digits. */
export interface ComputeWorld {
  servers: Record<string, Server>;
  /** A server's NICs are the ports that name it. */
  ports: Record<string, Port>;
  securityGroups: Record<string, SecurityGroup>;
}

/** What Keystone knows. */
export interface IdentityWorld {
  /** The only region of the catalogue. */
  region: string;
  /** Lifetime of a token. */
  tokenSeconds: number;
  domains: Record<string, { name: string }>;
  projects: Record<string, { name: string; domainId: string }>;
  users: Record<string, User>;
  applicationCredentials: Record<string, ApplicationCredential>;
  /** Those issued so far, under the token itself. To take one away is to revoke it. */
  tokens: Record<string, Token>;
}

export interface OpenStackWorld extends IdentityWorld, ComputeWorld {}

export interface Server {
  name: string;
  projectId: string;
  /** ACTIVE, SHUTOFF, BUILD, ... Nova looks at none of them when it changes groups. */
  status: string;
  metadata?: Record<string, string>;
}

export interface Port {
  serverId: string;
  projectId: string;
  networkId: string;
  /** Empty: none. */
  ipAddress: string;
  portSecurityEnabled: boolean;
  securityGroupIds: string[];
}

export interface SecurityGroup {
  name: string;
  projectId: string;
  description: string;
  stateful: boolean;
}

export interface User {
  name: string;
  domainId: string;
  password: string;
  /** Names of roles by project: admin, member, reader. */
  roles: Record<string, string[]>;
}

export interface ApplicationCredential {
  name: string;
  secret: string;
  userId: string;
  projectId: string;
}

export interface Token {
  methods: string[];
  userId: string;
  /** Unset: unscoped. */
  projectId?: string;
  applicationCredentialId?: string;
  /** Milliseconds since 1970. */
  issuedAt: number;
  expiresAt: number;
}
