import { type Simulator, type SimulatorOptions, startSimulator } from "../../simulator/index";

/** A simulator for each test of the suite that calls this, in the state in which it starts. */
export function simulatorForEachTest(options?: SimulatorOptions): Simulator {
  const { simulator, start, stop } = running(options);
  beforeEach(start);
  afterEach(stop);
  return simulator;
}

/** One simulator for all tests of the suite that calls this; they see what those before them have left. */
export function simulatorForSuite(options?: SimulatorOptions): Simulator {
  const { simulator, start, stop } = running(options);
  before(start);
  after(stop);
  return simulator;
}

/** Stands for the simulator that runs at the moment. */
function running(options: SimulatorOptions | undefined) {
  let now: Simulator | undefined;
  const current = () => {
    if (now === undefined) throw new Error("the simulator runs in tests and hooks only");
    return now;
  };
  const simulator: Simulator = {
    get endpoints() {
      return current().endpoints;
    },
    get world() {
      return current().world;
    },
    get journal() {
      return current().journal;
    },
    setFaults: (faults) => current().setFaults(faults),
    stop: () => current().stop(),
  };
  return {
    simulator,
    async start() {
      now = await startSimulator(options);
    },
    stop: () => simulator.stop(),
  };
}
