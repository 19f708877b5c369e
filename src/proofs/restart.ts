// Proof: a rolling restart of every role under load, as an orchestrator does it: one process at a time gets SIGTERM, ends by itself, is
// started again, and the next one waits until it says that it is ready. No request may be lost, none posted twice, none go unanswered.

import { setTimeout as sleep } from 'node:timers/promises';
import { countPostings, createLoad, type Unanswered } from './load.ts';
import { createRandom } from './random.ts';
import { type Role, startRig, waitFor } from './rig.ts';

export interface RestartOptions {
  /** How often every process is restarted. Default 1. */
  readonly rounds?: number;
  readonly seed?: number;
  /** Mean pause between two presses. Default 500 ms. */
  readonly pressEveryMs?: number;
  /** How long nothing is restarted at first, to compare with. Default 10 s. */
  readonly calmMs?: number;
  readonly say?: (line: string) => void;
}

export interface RestartReport {
  readonly acknowledged: number;
  readonly unanswered: readonly Unanswered[];
  readonly postedOnce: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly restarts: Readonly<Record<Role, number>>;
  /** Processes that had to be killed since they did not end by themselves, or ended with an error. */
  readonly unclean: readonly string[];
  /** Longest first response, in milliseconds. */
  readonly longestAcknowledgementMs: number;
  /** Longest time between two pictures posted one after the other, in milliseconds: while nothing was restarted, and while something was. */
  readonly longestGapMs: { readonly calm: number; readonly restarting: number };
  readonly seconds: number;
}

export async function proveRestart(options: RestartOptions = {}): Promise<RestartReport> {
  const { rounds = 1, pressEveryMs = 500, calmMs = 10_000, say = () => undefined } = options;
  const startedAt = Date.now();
  const rig = await startRig({
    roles: { bot: 2, worker: 2, deliver: 2 },
    stepMs: 25,
    withHealth: true,
    environment: {
      EASEL_MAX_WAITING_PER_MEMBER: '10000',
      EASEL_MAX_RUNNING_PER_MEMBER: '100',
      EASEL_MAX_QUEUE: '10000',
    },
  });
  const { twin } = rig;
  const restarts = { bot: 0, worker: 0, deliver: 0 };
  const unclean: string[] = [];
  const load = createLoad(twin, createRandom(options.seed ?? 1), 20);
  const gaps = { calm: 0, restarting: 0 };
  let phase: keyof typeof gaps | null = null;
  let posted = 0;
  let postedAt = 0;
  /** Counts how many pictures there are; a gap belongs to the phase in which it ends, and to the worse one where it spans two. */
  const watch = setInterval(() => {
    const now = Date.now();
    const count = countPostings(twin).size;
    if (count > posted) {
      if (postedAt > 0 && phase) gaps[phase] = Math.max(gaps[phase], now - postedAt);
      [posted, postedAt] = [count, now];
    }
  }, 100);
  let isOver = false;
  try {
    await waitFor('every process to be ready', rig.isReady, 180_000);
    say('all roles are up');
    const pressing = load.press(pressEveryMs, () => isOver);
    await waitFor('the first picture', () => posted > 0, 60_000);
    phase = 'calm';
    await sleep(calmMs);
    phase = 'restarting';
    for (let round = 0; round < rounds; round += 1) {
      for (const { role, name, child, isReady } of rig.processes) {
        const code = await child.restart();
        restarts[role] += 1;
        if (code !== 0) unclean.push(`${name}: ${code}`);
        await waitFor(`${name} to be ready again`, isReady, 120_000);
        say(`${name} was restarted; ${load.acknowledged.size} acknowledged, ${posted} posted`);
      }
    }
    isOver = true;
    await pressing;
    const open = () => {
      const counts = countPostings(twin);
      return [...load.acknowledged.keys()].filter((jobId) => !counts.has(jobId));
    };
    await waitFor('every picture', () => open().length === 0, 180_000).catch(() => undefined);
    await sleep(3000); // whatever would double comes now
    const counts = countPostings(twin);
    const all = [...load.acknowledged.keys()];
    return {
      acknowledged: all.length,
      unanswered: load.unanswered,
      postedOnce: all.filter((jobId) => counts.get(jobId) === 1).length,
      lost: all.filter((jobId) => !counts.has(jobId)),
      doubled: [...counts].filter(([, count]) => count > 1).map(([jobId]) => jobId),
      restarts,
      unclean,
      longestAcknowledgementMs: Math.max(...[...load.acknowledged.values()].map(({ afterMs }) => afterMs)),
      longestGapMs: gaps,
      seconds: (Date.now() - startedAt) / 1000,
    };
  } finally {
    isOver = true;
    clearInterval(watch);
    await rig.close();
  }
}
