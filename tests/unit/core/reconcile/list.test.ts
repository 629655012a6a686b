import assert from "node:assert/strict";
import type { AnyAssociation, Page } from "../../../../providers/core/contract/association";
import { OperationDeadline } from "../../../../providers/core/reconcile/deadline";
import { list } from "../../../../providers/core/reconcile/list";
import { Fate } from "../../../../providers/core/reconcile/pair-task";

/** What a list comes to whose pages are these, asked for in this order: ids of parents, or what its reading throws. */
async function read(pages: Page<object>[]): Promise<string[]> {
  const rest = [...pages];
  const page = async () => rest.shift() as Page<object>;
  const association = { list: () => [{ what: "things", page }] } as unknown as AnyAssociation;
  const deadline = new OperationDeadline(60, "update");
  const session = { accountId: "1", region: "r" };
  const ids: string[] = [];
  try {
    const task = { association, session, deadline, fate: new Fate("listing") };
    for await (const { id } of list(task, {})) ids.push(id);
  } finally {
    deadline.end();
  }
  assert.deepEqual(rest, []);
  return ids;
}

const page = (ids: string, more: Partial<Page<object>> = {}): Page<object> => ({
  parents: [...ids].map((id) => ({ id, attached: [] })),
  ...more,
});

describe("a list", () => {
  it("is read to its last page, past empty ones", async () => {
    const pages = [page("ab", { next: "1" }), page("", { next: "2" }), page("c")];
    assert.deepEqual(await read(pages), ["a", "b", "c"]);
  });

  it("that changes while it is read is read again, and each parent told once", async () => {
    // c moved to the first page, which was read already, when a was removed.
    const first = [
      page("ab", { next: "1", total: 4 }),
      page("de", { next: "2", total: 4 }),
      page("", { total: 5 }),
    ];
    const second = [page("bc", { next: "1", total: 4 }), page("de", { total: 4 })];
    assert.deepEqual(await read([...first, ...second]), ["a", "b", "d", "e", "c"]);
  });

  it("that never gets complete is not believed", async () => {
    const short = () => page("a", { total: 2 });
    await assert.rejects(read([short(), short(), short()]), /the list of things changed each time/);
  });

  it("that leads in a circle is not believed", async () => {
    await assert.rejects(read([page("a", { next: "1" }), page("b", { next: "1" })]), /in a circle/);
  });
});
