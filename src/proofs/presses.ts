// Proof: many presses at once. A thousand within ten seconds, then a thousand in the same instant, every one to be acknowledged in time; all
// that was promised is posted once; no rule of Discord's is broken. Then the fair order: one job of a member among others with fifty each.

import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobIdOf } from '../discord/new-job.ts';
import type { ActorName } from '../playground/state/seed.ts';
import { connect } from '../queue/connect.ts';
import { createJobStore } from '../store/jobs.ts';
import { countPostings } from './load.ts';
import { createRandom } from './random.ts';
import { startRig, waitFor } from './rig.ts';

export interface LoadOptions {
  /** Of each of the two storms. Default 1000. */
  readonly presses?: number;
  /** Of the first storm. Default 10 s. */
  readonly withinMs?: number;
  /** Jobs of each heavy member. Default 50. */
  readonly heavyJobs?: number;
  readonly seed?: number;
  readonly say?: (line: string) => void;
}

export interface Storm {
  readonly presses: number;
  /** From the event's sending to the arrival of the first response, in milliseconds, over those that arrived in time. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** No first response within three seconds: the member saw "The application did not respond". */
  readonly void: number;
  /** Answered, but with "try again" instead of a promise. */
  readonly turnedAway: number;
}

export interface LoadReport {
  readonly spread: Storm;
  readonly instant: Storm;
  /** Pictures promised, and how many of them were posted exactly once. */
  readonly promised: number;
  readonly postedOnce: number;
  readonly violations: readonly string[];
  readonly fairness: {
    /** Members with `heavyJobs` each, and the one with a single job. */
    readonly members: number;
    /** Jobs of others that started between the press and the start of the single job; one round is one job of each. */
    readonly startedBefore: number;
    readonly waitingAtPress: number;
  };
  /** What else the machine did: runnable processes over the last minute, before and after, and its cores. */
  readonly machine: { readonly cores: number; readonly loadBefore: number; readonly loadAfter: number };
}

const members: readonly ActorName[] = ['ada', 'ben', 'mona', 'olga'];
const acknowledgementMs = 8000;

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export async function proveLoad(options: LoadOptions = {}): Promise<LoadReport> {
  const { presses = 1000, withinMs = 10_000, heavyJobs = 50, say = () => undefined } = options;
  const random = createRandom(options.seed ?? 1);
  const loadBefore = loadavg()[0] ?? 0;
  const rig = await startRig({
    roles: { bot: 1, worker: 1, deliver: 1 },
    stepMs: 1,
    withHealth: true,
    environment: {
      EASEL_MAX_WAITING_PER_MEMBER: '10000',
      EASEL_MAX_RUNNING_PER_MEMBER: '100',
      EASEL_MAX_QUEUE: '10000',
    },
  });
  const { twin } = rig;
  const redis = await connect(rig.redis.url, { patience: 'producer', name: 'proof' });
  const promised = new Set<string>();

  /** Four in five ask for a picture, the others for words that come at once. */
  function press(): Promise<{ afterMs: number | null; turnedAway: boolean }> {
    const member = twin.actor(members[random.below(members.length)] ?? 'ada');
    const kind = random.below(10);
    const isPicture = kind < 8;
    const invocation = isPicture
      ? member.runCommand('general', '/imagine', { prompt: 'a lighthouse in a storm', steps: 1, count: 1 })
      : member.runCommand('general', kind === 8 ? '/queue' : '/help');
    return invocation.acknowledgement(acknowledgementMs).then(
      ({ type, afterMs }) => {
        if (isPicture && type === 5) promised.add(jobIdOf(invocation.id));
        return { afterMs, turnedAway: isPicture && type !== 5 };
      },
      () => ({ afterMs: null, turnedAway: false }),
    );
  }

  async function storm(name: string, pauseMs: number): Promise<Storm> {
    const open: ReturnType<typeof press>[] = [];
    const startedAt = performance.now();
    for (let index = 0; index < presses; index += 1) {
      const due = startedAt + index * pauseMs - performance.now();
      if (pauseMs > 0 && due > 1) await sleep(due);
      open.push(press());
    }
    const answers = await Promise.all(open);
    const times = answers.flatMap(({ afterMs }) => afterMs ?? []).sort((a, b) => a - b);
    const report = {
      presses,
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
      longest: times.at(-1) ?? Number.NaN,
      void: presses - times.length,
      turnedAway: answers.filter(({ turnedAway }) => turnedAway).length,
    };
    say(`${name}: ${presses} presses, p50 ${report.p50} ms, p99 ${report.p99} ms, ${report.void} void`);
    return report;
  }

  /** Once all that was promised has ended: what was posted, how often. */
  async function settled(): Promise<void> {
    await waitFor(
      'every promised picture',
      () => countPostings(twin).size >= promised.size,
      60_000 + promised.size * 500,
    );
  }

  async function fairness(): Promise<LoadReport['fairness']> {
    const jobs = createJobStore(redis);
    const startOf = async (jobId: string) => (await jobs.get(jobId))?.startedAt ?? null;
    async function ask(name: ActorName, count: number): Promise<string[]> {
      const asked = Array.from({ length: count }, () =>
        twin.actor(name).runCommand('general', '/imagine', { prompt: 'a mill', steps: 100, count: 1 }),
      );
      const ids = asked.map(({ id }) => jobIdOf(id));
      await Promise.all(asked.map((invocation) => invocation.acknowledgement(acknowledgementMs)));
      for (const jobId of ids) promised.add(jobId);
      const isQueued = async () =>
        (await Promise.all(ids.map((jobId) => jobs.get(jobId)))).every((job) => job !== null);
      await waitFor(`the jobs of ${name} to be queued`, isQueued, 120_000);
      return ids;
    }
    // All of one member's before the next one's: the order in which they came would be the unfairest.
    const heavy: string[] = [];
    for (const name of ['ada', 'ben', 'mona'] as const) heavy.push(...(await ask(name, heavyJobs)));
    const pressedAt = Date.now();
    const [single = ''] = await ask('olga', 1);
    const waitingAtPress = (await Promise.all(heavy.map(startOf))).filter(
      (at) => at === null || at >= pressedAt,
    ).length;
    await waitFor('the single job to start', async () => (await startOf(single)) !== null, 300_000);
    const startedAt = (await startOf(single)) ?? 0;
    const startedBefore = (await Promise.all(heavy.map(startOf))).filter(
      (at) => at !== null && at >= pressedAt && at < startedAt,
    ).length;
    say(`fair order: ${startedBefore} of ${waitingAtPress} waiting jobs started before the single one`);
    return { members: 4, startedBefore, waitingAtPress };
  }

  try {
    await waitFor('every process to be ready', rig.isReady, 180_000);
    say('all roles are up');
    await press(); // the first one of a process compiles and connects
    const spread = await storm(`within ${withinMs / 1000} s`, withinMs / presses);
    await settled();
    const instant = await storm('in one instant', 0);
    await settled();
    const fair = await fairness();
    await settled();
    const postings = countPostings(twin);
    const kinds = twin.violations.map(({ kind, detail }) => `${kind}: ${detail}`);
    return {
      spread,
      instant,
      promised: promised.size,
      postedOnce: [...promised].filter((jobId) => postings.get(jobId) === 1).length,
      violations: kinds,
      fairness: fair,
      machine: { cores: cpus().length, loadBefore, loadAfter: loadavg()[0] ?? 0 },
    };
  } finally {
    redis.disconnect();
    await rig.close();
  }
}

/** What the report contradicts, one sentence each. */
export function faultsOf(report: LoadReport): string[] {
  const { spread, instant, fairness } = report;
  return [
    ...(spread.p99 < 1000 ? [] : [`p99 of ${spread.presses} presses was ${spread.p99} ms, not under 1 s`]),
    ...(instant.p99 < 2500 ? [] : [`p99 of ${instant.presses} presses at once was ${instant.p99} ms, not under 2.5 s`]),
    ...[spread, instant].filter((storm) => storm.void > 0).map((storm) => `${storm.void} presses were void`),
    ...[spread, instant].filter((storm) => storm.turnedAway > 0).map((storm) => `${storm.turnedAway} were turned away`),
    ...(report.postedOnce === report.promised ? [] : [`${report.promised - report.postedOnce} were not posted once`]),
    ...report.violations,
    ...(fairness.startedBefore <= 2 * fairness.members
      ? []
      : [`${fairness.startedBefore} jobs of others went before a member's only one`]),
  ];
}
