import type { Request } from "../../cloud";
import type { IdentityWorld } from "../world";

/** The projects that the query asks for by name. */
export function projectsNamed({ url }: Request, world: IdentityWorld) {
  const name = url.searchParams.get("name");
  const ids = Object.keys(world.projects).filter((id) => name === null || world.projects[id]?.name === name);
  return ids.map((id) => projectBody(id, world));
}

export const projectBody = (id: string, world: IdentityWorld) => ({
  id,
  name: world.projects[id]?.name ?? "",
  domain_id: world.projects[id]?.domainId ?? "",
  enabled: true,
  is_domain: false,
});
