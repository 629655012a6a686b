import assert from "node:assert/strict";
import { Company } from "../../../../providers/core/batching/linger";
import type { Job } from "../../../../providers/core/batching/queue";
import { job } from "./job";

const CALL = 200;

describe("company", () => {
  let now: number;
  let company: Company;

  beforeEach(() => {
    now = 10_000;
    company = new Company(() => now);
  });

  /** A call of a lane, from its start to its end. */
  function called(own: Partial<Job<string, string>> = {}, milliseconds = CALL): void {
    const ended = company.started(job(own));
    now += milliseconds;
    ended();
  }

  /** Four operations that shared a call of the lane and have just ended. */
  function fourEnded(): void {
    const leaves = [1, 2, 3, 4].map(() => company.enter("session"));
    called();
    for (const leave of leaves) leave();
  }

  const wait = (jobs: Job<string, string>[], since = now) => Math.max(0, company.time(jobs, since));

  it("is not waited for by the first call of a lane", () => {
    company.enter("session");
    company.enter("session");
    assert.equal(wait([job()]), 0);
  });

  it("is waited for when operations have ended, which others follow", () => {
    fourEnded();
    company.enter("session");
    assert.ok(wait([job()]) > 0);
  });

  it("is not waited for once as many are there as lately were under way", () => {
    fourEnded();
    for (const _ of [1, 2, 3, 4]) company.enter("session");
    assert.equal(wait([job(), job(), job(), job()]), 0);
  });

  it("is not waited for any more when nobody follows in the usual time", () => {
    fourEnded();
    now += 20;
    company.enter("session");
    now += 60;
    company.enter("session");
    assert.ok(wait([job(), job()]) > 0);
    now += 200;
    assert.equal(wait([job(), job()]), 0);
  });

  it("is not waited for by calls to which no operation comes first", () => {
    fourEnded();
    company.enter("session");
    assert.equal(wait([job({ isFirst: false })]), 0);
  });

  it("is waited for when a call is about to end, but not when that takes much longer than the call itself", () => {
    company.enter("session");
    company.enter("session");
    called();
    called({ lane: "find" });
    called({ lane: "slow" }, 10 * CALL);
    const slow = company.started(job({ lane: "slow" }));
    called();
    assert.equal(wait([job()]), 0);
    company.started(job({ lane: "find" }));
    now += CALL / 2;
    assert.equal(wait([job()]), CALL / 2);
    slow();
  });

  it("is never waited for longer than twice a call's usual time, or half a second", () => {
    fourEnded();
    const since = now;
    company.enter("session");
    while (now < since + 2 * CALL) {
      now += 50;
      const leave = company.enter("session");
      now += 1;
      leave();
    }
    assert.equal(wait([job()], since), 0);
    now = since;
    for (let count = 0; count < 8; count++) called({}, 20_000);
    const late = now;
    now += 501;
    company.enter("session")();
    assert.equal(wait([job()], late), 0);
  });

  it("does not come from another session", () => {
    fourEnded();
    company.enter("other");
    called({ crowd: "other", lane: "others" });
    assert.equal(wait([job({ crowd: "other", lane: "others" })]), 0);
  });

  it("is not expected any more from those that ended long ago", () => {
    const leaves = Array.from({ length: 8 }, () => company.enter("session"));
    called();
    for (const leave of leaves) leave();
    now += 1_000;
    const leave = company.enter("session");
    called();
    leave();
    now += 5;
    company.enter("session");
    assert.equal(wait([job()]), 0);
  });

  it("is not waited for where calls come one at a time", () => {
    for (let count = 0; count < 5; count++) {
      const leave = company.enter("session");
      assert.equal(wait([job()]), 0);
      called();
      leave();
      now += 30;
    }
  });
});
