/** Lets so many pieces of work run at once, the others in the order they came. */
export function createSemaphore(atOnce: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running < atOnce) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // Its place goes to the next at once: work that comes now may not be faster.
      if (next === undefined) running--;
      else next();
    }
  };
}
