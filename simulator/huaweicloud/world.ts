import type { OpenStackWorld } from "../openstack/world";

/**
 * OpenStack's world in Huawei's words: a domain is an account, and has one project a region, named like it. Application
 * credentials there are none.
 */
export interface HuaweicloudWorld extends OpenStackWorld {
  /** Permanent and temporary keys, under the access key id. */
  accessKeys: Record<string, AccessKey>;
  agencies: Record<string, Agency>;
}

export interface AccessKey {
  secret: string;
  /** A user or, for temporary keys, perhaps an agency. */
  userId: string;
  /** Temporary keys have a token, and an end in milliseconds since 1970. */
  securityToken?: string;
  expiresAt?: number;
}

/** What an account lets users of another do in its projects. */
export interface Agency {
  name: string;
  domainId: string;
  trustedDomainId: string;
  roles: Record<string, string[]>;
}
