import type { Answer, Call, Context, Request } from "../cloud";
import type { Caller } from "./authentication";
import type { ComputeWorld } from "./world";

/** One operation of a service: a function of the world and of who asks for what. */
export interface Operation<State extends object = ComputeWorld, Who = Caller> {
  /** Its name in the journal. */
  action: string;
  kind: Call["kind"];
  run(work: Work<State, Who>): Answer | Promise<Answer>;
}

export interface Work<State extends object = ComputeWorld, Who = Caller> {
  request: Request;
  context: Context<State>;
  caller: Who;
  /** What the path names, in the place of `{id}`; else empty. */
  id: string;
}

/** The operation at `method path` among `{ "GET /servers/{id}": ... }`; a slash at the end makes no difference. */
export function routed<T>(
  routes: Record<string, T>,
  method: string,
  path: string,
): { operation: T | undefined; id: string } {
  const asked = segmentsOf(`${method} ${path}`);
  for (const [route, operation] of Object.entries(routes)) {
    const segments = segmentsOf(route);
    if (segments.length !== asked.length) continue;
    if (!segments.every((segment, place) => segment === "{id}" || segment === asked[place])) continue;
    return { operation, id: asked[segments.indexOf("{id}")] ?? "" };
  }
  return { operation: undefined, id: "" };
}

/** `GET /servers/` is `GET ` and `servers`. */
const segmentsOf = (route: string): string[] =>
  route.split("/").filter((segment, place) => place === 0 || segment !== "");
