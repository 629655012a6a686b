/** Does `work` while the system's time is ten minutes ahead or ten minutes back, changing at every look at it. */
export async function whileTimeLeaps<T>(work: () => Promise<T>): Promise<T> {
  const { now } = Date;
  let leap = 600_000;
  Date.now = () => {
    leap = -leap;
    return now() + leap;
  };
  try {
    return await work();
  } finally {
    Date.now = now;
  }
}
