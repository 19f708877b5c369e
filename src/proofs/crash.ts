// Proof: kill -9 of worker, deliverer, bot and Redis at random moments, while members ask for pictures. Every request that was acknowledged
// must be posted exactly once.

import { setTimeout as sleep } from 'node:timers/promises';
import { jobIdOf } from '../discord/new-job.ts';
import type { Invocation } from '../playground/actors/invocation.ts';
import { createRandom } from './random.ts';
import { type Role, startRig, waitFor } from './rig.ts';

export interface CrashOptions {
  /** Acknowledged requests to reach. */
  readonly jobs: number;
  readonly seed?: number;
  /** Mean pause between two kills. Default 3 s. */
  readonly killEveryMs?: number;
  /** Mean pause between two presses. Default 400 ms. */
  readonly pressEveryMs?: number;
  readonly say?: (line: string) => void;
}

export interface CrashReport {
  readonly acknowledged: number;
  /** Presses that no bot was there to answer: Discord told the member so, nothing was promised. */
  readonly unanswered: number;
  readonly postedOnce: number;
  /** What the member sees of a request that was not posted. */
  readonly lost: readonly { readonly jobId: string; readonly shows: string }[];
  readonly doubled: readonly string[];
  readonly kills: Readonly<Record<Role | 'redis', number>>;
  readonly seconds: number;
}

const members = ['ada', 'ben', 'mona', 'olga'] as const;

export async function proveCrash(options: CrashOptions): Promise<CrashReport> {
  const { jobs, killEveryMs = 3000, pressEveryMs = 400, say = () => undefined } = options;
  const random = createRandom(options.seed ?? 1);
  const startedAt = Date.now();
  const rig = await startRig({
    roles: { bot: 1, worker: 2, deliver: 2 },
    stepMs: 10,
    environment: {
      EASEL_MAX_WAITING_PER_MEMBER: '10000',
      EASEL_MAX_RUNNING_PER_MEMBER: '100',
      EASEL_MAX_QUEUE: '10000',
    },
  });
  const { twin } = rig;
  const kills = { bot: 0, worker: 0, deliver: 0, redis: 0 };
  const acknowledged = new Map<string, Invocation>();
  const unanswered = new Set<string>();
  let pressing = true;

  async function press(): Promise<void> {
    const member = twin.actor(members[random.below(members.length)] ?? 'ada');
    const invocation = member.runCommand('general', '/imagine', {
      prompt: `picture ${acknowledged.size}`,
      steps: 20,
      count: 1,
    });
    try {
      const { type } = await invocation.acknowledgement(4000);
      // Type 4 is a refusal ("try again"): nothing was promised.
      if (type === 5) acknowledged.set(invocation.id, invocation);
      else unanswered.add(invocation.id);
    } catch {
      unanswered.add(invocation.id);
    }
  }

  async function killAtRandom(): Promise<void> {
    while (pressing) {
      await sleep(killEveryMs * (0.5 + random.next()));
      if (!pressing) return;
      const target = random.below(rig.processes.length + 1);
      const chosen = rig.processes[target];
      if (chosen) kills[chosen.role] += rig.kill(chosen.child) ? 1 : 0;
      else kills.redis += rig.kill(rig.redis) ? 1 : 0;
    }
  }

  /** How many messages in the channel show the pictures of a request. */
  function postings(interactionId: string): number {
    const jobId = jobIdOf(interactionId);
    return twin
      .actor('olga')
      .messages('general')
      .filter((message) => message.attachments.some((attachment) => attachment.filename.includes(`easel-${jobId}-`)))
      .length;
  }

  try {
    await waitFor('the bot to register its commands', () => twin.actor('ada').commands('general').length > 0, 120_000);
    say('all roles are up');
    const killing = killAtRandom();
    const presses: Promise<void>[] = [];
    let told = 0;
    while (acknowledged.size < jobs) {
      presses.push(press());
      await sleep(pressEveryMs * (0.5 + random.next()));
      if (acknowledged.size >= told + 25) {
        told = acknowledged.size;
        say(`${acknowledged.size} acknowledged, ${unanswered.size} unanswered, kills ${JSON.stringify(kills)}`);
      }
    }
    await Promise.all(presses);
    pressing = false;
    await killing;
    say('no more kills; waiting for the rest');
    const open = () => [...acknowledged.keys()].filter((id) => postings(id) === 0);
    await waitFor('every picture', () => open().length === 0, 180_000).catch(() => undefined);
    await sleep(3000); // whatever would double comes now
    const counts = [...acknowledged.keys()].map((id) => [id, postings(id)] as const);
    return {
      acknowledged: acknowledged.size,
      unanswered: unanswered.size,
      postedOnce: counts.filter(([, count]) => count === 1).length,
      lost: counts
        .filter(([, count]) => count === 0)
        .map(([id]) => ({ jobId: jobIdOf(id), shows: acknowledged.get(id)?.currentReply()?.content ?? '(nothing)' })),
      doubled: [...counts, ...[...unanswered].map((id) => [id, postings(id)] as const)]
        .filter(([, count]) => count > 1)
        .map(([id]) => jobIdOf(id)),
      kills,
      seconds: (Date.now() - startedAt) / 1000,
    };
  } finally {
    pressing = false;
    await rig.close();
  }
}
