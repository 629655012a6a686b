import { errors } from "../errors";
import { elements, integer, type Parameters } from "../parameters";
import type { VServerGroupAttachment } from "../world";
import { same } from "./scaling-group";

/**
 * `VServerGroup.N.LoadBalancerId` and `.VServerGroupAttribute.M.VServerGroupId|Port|Weight`, N and M from 1 to 5.
 * Of tuples given twice the first is used. Source: Alibaba Cloud Auto Scaling API 2014-08-28, AttachVServerGroups (2021-07).
 */
export function vserverGroupsParameter(parameters: Parameters): VServerGroupAttachment[] {
  const tuples: VServerGroupAttachment[] = [];
  const text = (element: Parameters, name: string, at: string): string => {
    const value = element.get(name);
    if (value === undefined || value === "") throw errors.missing(`${at}.${name}`);
    return value;
  };
  for (const { at, element } of atMostFive(parameters, "VServerGroup", "VServerGroup")) {
    const loadBalancerId = text(element, "LoadBalancerId", at);
    for (const inner of atMostFive(element, "VServerGroupAttribute", `${at}.VServerGroupAttribute`)) {
      const innerAt = `${at}.${inner.at}`;
      const tuple = {
        loadBalancerId,
        vserverGroupId: text(inner.element, "VServerGroupId", innerAt),
        port: integer(inner.element, "Port", { least: 1, most: 65535, at: `${innerAt}.Port` }),
        weight: integer(inner.element, "Weight", {
          least: 0,
          most: 100,
          otherwise: 50,
          at: `${innerAt}.Weight`,
        }),
      };
      if (!tuples.some((earlier) => same(earlier, tuple))) tuples.push(tuple);
    }
  }
  return tuples;
}

function atMostFive(parameters: Parameters, name: string, at: string): ReturnType<typeof elements> {
  const found = elements(parameters, name);
  if (found.length === 0) throw errors.missing(at);
  const beyond = found.find((item) => !/\.[1-5]$/.test(item.at));
  if (beyond !== undefined) throw errors.invalid(`${at}${beyond.at.slice(name.length)}`);
  return found;
}
