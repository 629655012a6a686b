import assert from "node:assert/strict";
import * as fc from "fast-check";
import { associations } from "../../../providers/associations";
import { type AnyAssociation, identityOf } from "../../../providers/core/contract/association";
import { checkInputs } from "../../../providers/core/provider/check";
import { faults } from "../../../providers/core/util/schema";

/** Values that an identity's field lets through, whatever the association: ids of each vendor's form, UUIDs and ports. */
const candidates = fc.oneof(
  fc.uuid(),
  fc.integer({ min: 1, max: 65535 }),
  fc.stringMatching(/^(i|sg|asg|lb|rsp|ins|eni)-[a-z0-9]{1,20}$/),
);

function identities(association: AnyAssociation): fc.Arbitrary<Record<string, unknown>> {
  const alternatives = association.exactlyOne?.flat() ?? [];
  const fields = association.fields as Record<string, Parameters<typeof valid>[0]>;
  const names = identityOf(association).filter((name) => name in fields && !fields[name]?.resolvesTo);
  const chosen = fc.constantFrom<string | undefined>(
    ...names.filter((name) => alternatives.includes(name)),
    ...(alternatives.length === 0 ? [undefined] : []),
  );
  return chosen.chain((one) => {
    const given = names.filter((name) => name === one || !alternatives.includes(name));
    const values = given.map((name) => [name, valid(fields[name] as never, name)] as const);
    return fc.record(Object.fromEntries(values));
  });
}

function valid(
  field: { rule: Parameters<typeof faults>[0]; resolvesTo?: string },
  name: string,
): fc.Arbitrary<unknown> {
  return candidates.filter((value) => {
    // Network interfaces, and nothing else, have ids that begin so.
    const isInterface = String(value).startsWith("eni-");
    return isInterface === (name === "networkInterfaceId") && faults(field.rule, value).length === 0;
  });
}

describe("parseId", () => {
  for (const [name, association] of Object.entries(associations)) {
    it(`gives back what the id of ${name} was made of`, () => {
      fc.assert(
        fc.property(identities(association), (pair) => {
          assert.deepEqual(checkInputs(association, pair).failures, []);
          const parsed = Object.entries(association.parseId(association.id(pair)));
          assert.deepEqual(Object.fromEntries(parsed.filter(([, value]) => value !== undefined)), {
            ...pair,
          });
        }),
      );
    });
  }
});
