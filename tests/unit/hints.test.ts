import assert from "node:assert/strict";
import { table as alicloud } from "../../providers/alicloud/errors";
import { type ErrorRow, network, type Verb, verdictOf } from "../../providers/core/contract/errors";
import { table as huaweicloud } from "../../providers/huaweicloud/errors";
import { refusals } from "../../providers/openstack/errors";
import { table as tencentcloud } from "../../providers/tencentcloud/errors";

/** Every row of every vendor's table, by what it is found under. */
const rows: [string, ErrorRow][] = [
  ...Object.entries({ alicloud, tencentcloud, huaweicloud }).flatMap(([cloud, { codes, families }]) =>
    Object.entries({ ...families, ...codes }).map(([code, row]): [string, ErrorRow] => [
      `${cloud} ${code}`,
      row,
    ]),
  ),
  ...refusals.map((row): [string, ErrorRow] => [`openstack ${row.status} ${row.message ?? ""}`, row]),
  ...Object.entries(network).map(([code, row]): [string, ErrorRow] => [`network ${code}`, row]),
];

/** Advice on how to attach, which is no help to a detach. */
const forAttach =
  /out of the program|use another|use a group|of your own|detach one|remove rules|dependsOn|quota|must be in the same|must belong to|give instanceId|enable port security|attach one to it|replace it/i;
/** Advice that helps to get something off. */
const forDetach = /last|deletedWith|retainOnDelete|attach another|detach it|goes with it/i;

const strange: Record<Verb, RegExp[]> = {
  attach: [forDetach],
  detach: [forAttach],
  find: [forAttach, forDetach],
};

describe("a hint fits its verb", () => {
  for (const verb of ["attach", "detach", "find"] as const) {
    it(`on ${verb}, in every row of every table`, () => {
      const wrong = rows.flatMap(([name, row]) => {
        const { hint = "" } = verdictOf(row, verb);
        return strange[verb].some((words) => words.test(hint)) ? [`${name}: ${hint}`] : [];
      });
      assert.deepEqual(wrong, []);
    });
  }

  it("and where the last group is refused, names the options that get past it", () => {
    const last = rows.filter(([, row]) =>
      /stay in at least one security group|have to keep/.test(verdictOf(row, "detach").hint ?? ""),
    );
    assert.ok(last.length >= 5, `${last.length} rows`);
    for (const [name, row] of last)
      assert.match(verdictOf(row, "detach").hint ?? "", /attach another.*deletedWith.*retainOnDelete/, name);
  });
});
