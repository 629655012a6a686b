import assert from "node:assert/strict";
import type { Session } from "../../../../providers/core/contract/cloud";

const PATH = require.resolve("../../../../providers/core/cloud/sessions");

/** Another copy of the module, as another copy of the package brings it along. */
function copy(): typeof import("../../../../providers/core/cloud/sessions") {
  const cached = require.cache[PATH];
  delete require.cache[PATH];
  try {
    return require(PATH);
  } finally {
    require.cache[PATH] = cached;
  }
}

describe("sessions", () => {
  it("have names of their own in every copy of the package: a call must never serve two accounts", () => {
    const [one, other] = [copy(), copy()];
    const session = (): Session => ({ accountId: "account-1", region: "somewhere" });
    const names = [one, other, one, other].map(({ nameOf }) => nameOf(session()));
    assert.equal(new Set(names).size, 4, names.join(", "));
  });
});
