// Work that comes after a first response waits while first responses are due: in a burst every member is answered before anything is
// painted for the first. One piece of work always goes on, so that a steady stream of presses cannot starve it.

export interface Afterwork {
  /** Counts a first response as due until it resolves. */
  first<T>(response: () => Promise<T>): Promise<T>;
  /** Runs when its turn has come. */
  later<T>(work: () => Promise<T>): Promise<T>;
}

/** @param concurrency pieces of work at a time while no first response is due */
export function createAfterwork(concurrency: number): Afterwork {
  let due = 0;
  let active = 0;
  const waiting: (() => void)[] = [];

  function next(): void {
    while (active < (due > 0 ? 1 : concurrency)) {
      const start = waiting.shift();
      if (!start) return;
      active += 1;
      start();
    }
  }

  return {
    async first(response) {
      due += 1;
      try {
        return await response();
      } finally {
        due -= 1;
        next();
      }
    },
    async later(work) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        next();
      });
      try {
        return await work();
      } finally {
        active -= 1;
        next();
      }
    },
  };
}
