import type { Job } from "./queue";

/** How long the calls of a lane take in milliseconds, newer ones for more, and when the last one ended. */
interface Pace {
  usual: number;
  ended: number;
}

/** The operations of one session. */
interface Crowd {
  /** Under way now, and how many lately at once: with --parallel 8, whatever ends is followed by another until 8 are. */
  present: number;
  most: number;
  /** When those operations ended that no other has followed yet, and how many milliseconds that usually takes. */
  left: number[];
  turn: number;
  /** When its calls in flight are expected to end. */
  due: Map<object, number>;
}

/** When an operation follows another, in milliseconds until that is known; for how many usual times it is expected, and when it is no follower any more. */
const FOLLOWER = { unknown: 60, times: 2, most: 300 };
/** How long a call waits at most, in its lane's usual times and in milliseconds: for one call that is about to end, and in all. */
const DUE = { times: 1, most: 250 };
const ALL = { times: 2, most: 500 };
/** How long a lane counts as in use after its last call, in its usual times and at least so many milliseconds. */
const IN_USE = { times: 5, least: 1_000 };

/**
 * How long a call should wait for others to share it. The engine has so many operations under way and follows the end of
 * each with a new one, some milliseconds later. A call that does not wait for those goes out for half of them, the other
 * half is just too late for it, and from then on both always wait for each other: twice the calls, and longer. So a lane
 * in use waits for operations that are known to be about to come, and for nobody once as many are there as lately were
 * under way. Measured with 200 Tencent attachments (`npm run bench`): 1/2 to 2/3 of the calls, and refresh 1/4 faster.
 */
export class Company {
  readonly #paces = new Map<string, Pace>();
  readonly #crowds = new Map<string, Crowd>();

  /** @param now - milliseconds of a clock that only goes forward. */
  constructor(readonly now = () => performance.now()) {}

  /** Counts an operation as under way, until the result is called. */
  enter(name: string): () => void {
    const crowd: Crowd = this.#crowds.get(name) ?? newCrowd();
    this.#crowds.set(name, crowd);
    crowd.present++;
    crowd.most = Math.max(crowd.most, crowd.present);
    const left = this.#recentlyLeft(crowd).shift();
    if (left !== undefined) crowd.turn = (crowd.turn + this.now() - left) / 2;
    return () => {
      crowd.present--;
      crowd.left.push(this.now());
    };
  }

  /** Notes the start of a call, and with the result its end. */
  started({ lane, shared, crowd: name }: Job<unknown, unknown>): () => void {
    if (!shared) return () => {};
    const started = this.now();
    const known = this.#paces.get(lane)?.usual;
    const crowd = this.#crowds.get(name);
    const call = {};
    if (crowd) crowd.most = Math.max(crowd.present, crowd.most - 1);
    if (known) crowd?.due.set(call, started + known);
    return () => {
      const ended = this.now();
      const took = ended - started;
      this.#paces.set(lane, { usual: ((known ?? took) + took) / 2, ended });
      crowd?.due.delete(call);
    };
  }

  #recentlyLeft(crowd: Crowd): number[] {
    crowd.left = crowd.left.filter((time) => this.now() - time < FOLLOWER.most);
    return crowd.left;
  }

  /**
   * Milliseconds that a call for these jobs of one lane should wait now.
   * @param since - when the first of them came.
   */
  time(jobs: readonly Job<unknown, unknown>[], since: number): number {
    const [first] = jobs;
    const pace = first && this.#paces.get(first.lane);
    const crowd = first && this.#crowds.get(first.crowd);
    if (!pace || !crowd || jobs.length >= crowd.most) return 0;
    const now = this.now();
    const { usual, ended } = pace;
    if (now - ended > Math.max(IN_USE.least, IN_USE.times * usual)) return 0;
    const most = (limit: { times: number; most: number }) => Math.min(limit.most, limit.times * usual);
    // Where nobody's first call is, followers do not come either.
    const left = jobs.some((job) => job.isFirst) ? this.#recentlyLeft(crowd) : [];
    const followers = left.map((time) => time + crowd.turn * FOLLOWER.times);
    const ends = [...crowd.due.values()].filter((due) => due > now && due - now < most(DUE));
    return Math.min(Math.max(...followers, ...ends), Math.max(since, ended) + most(ALL)) - now;
  }
}

function newCrowd(): Crowd {
  return { present: 0, most: 0, left: [], turn: FOLLOWER.unknown, due: new Map() };
}
