import assert from "node:assert/strict";
import { UNKNOWN } from "../../../providers/core/util/canonical";
import { Configuration, clouds } from "../../../providers/plugin/configuration";

const reasons = (args: Record<string, unknown>) =>
  new Configuration(args).failures.map(({ property, reason }) => `${property}: ${reason}`);

describe("the plugin's configuration", () => {
  for (const [cloud, keys] of clouds) {
    const [key = ""] = keys;
    it(`of ${cloud} may be not known yet, as a whole or in part, and is an object of known keys`, () => {
      assert.deepEqual(reasons({ [cloud]: UNKNOWN, ifAttached: UNKNOWN }), []);
      assert.deepEqual(reasons({ [cloud]: { [key]: UNKNOWN } }), []);
      assert.deepEqual(reasons({ [cloud]: JSON.stringify({ [key]: "x" }) }), []);
      assert.match(reasons({ [cloud]: "x" }).join(), /must be an object/);
      assert.match(reasons({ [cloud]: { [`${key}x`]: "x" } }).join(), /is not known; known are/);
    });
  }

  it("names a cloud that is none, and what ifAttached can be", () => {
    assert.match(reasons({ nowhere: {} }).join(), /nowhere is not known; known are alicloud, /);
    assert.match(reasons({ ifAttached: "maybe" }).join(), /must be one of adopt, fail/);
  });
});
