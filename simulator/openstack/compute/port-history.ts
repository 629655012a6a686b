import type { Context } from "../../cloud";
import type { ComputeWorld, Port } from "../world";

/** What ports' lists have been, to tell what a call read that has begun earlier. */
class PortHistory {
  readonly #changes = new Map<string, { time: number; before: string[] }[]>();

  remember(portId: string, before: string[]): void {
    const time = performance.now();
    const recent = (this.#changes.get(portId) ?? []).filter((change) => change.time > time - 60_000);
    this.#changes.set(portId, [...recent, { time, before }]);
  }

  asOf(time: number, portId: string, port: Port): string[] {
    const later = this.#changes.get(portId)?.find((change) => change.time > time);
    return later?.before ?? port.securityGroupIds;
  }
}

export function portHistory({ memory }: Context<ComputeWorld>): PortHistory {
  const known = memory.get("portHistory");
  if (known instanceof PortHistory) return known;
  const history = new PortHistory();
  memory.set("portHistory", history);
  return history;
}
