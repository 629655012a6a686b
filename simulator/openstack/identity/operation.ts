import type { Operation, Work } from "../front";
import type { IdentityWorld, Token } from "../world";

/** An operation of Keystone, or of another service that speaks Keystone v3. All of them are session calls. */
export interface IdentityOperation<State extends IdentityWorld = IdentityWorld>
  extends Pick<Operation, "action"> {
  /** Only for those who have logged in. */
  known: boolean;
  run(work: IdentityWork<State>): ReturnType<Operation["run"]>;
}

export interface IdentityWork<State extends IdentityWorld = IdentityWorld> extends Work<State, Token> {
  catalogue: Catalogue;
}

/** Which services the catalogue names, with their urls: `urls` are the fronts', `projectId` that of the token. */
export type Catalogue = (
  urls: Readonly<Record<string, string>>,
  projectId: string,
) => { type: string; name: string; url: string }[];
