// When a job will be done: every waiting job goes, in order, to the worker that is free first (list scheduling).

/**
 * @param remainingMs what the running jobs still need, one number per busy worker
 * @param waitingMs how long each waiting job takes, in the order in which they start
 * @param workers how many there are, busy ones included; at least one is assumed
 * @returns for each waiting job the milliseconds until it starts, and one more for a job behind all of them
 */
export function startTimes(remainingMs: readonly number[], waitingMs: readonly number[], workers: number): number[] {
  const free = remainingMs.slice();
  while (free.length < Math.max(1, workers)) free.push(0);
  const starts: number[] = [];
  for (const duration of [...waitingMs, 0]) {
    let soonest = 0;
    for (let index = 1; index < free.length; index += 1) {
      if ((free[index] ?? 0) < (free[soonest] ?? 0)) soonest = index;
    }
    const start = free[soonest] ?? 0;
    starts.push(start);
    free[soonest] = start + duration;
  }
  return starts;
}
