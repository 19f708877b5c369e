// Members who press /imagine, and what Discord shows of it afterwards.

import { setTimeout as sleep } from 'node:timers/promises';
import { jobIdOf } from '../discord/new-job.ts';
import type { Twin } from '../playground/start.ts';
import type { Random } from './random.ts';

const members = ['ada', 'ben', 'mona', 'olga'] as const;

export interface Unanswered {
  readonly jobId: string;
  /** What the member saw instead. */
  readonly why: string;
  readonly pressedAt: number;
}

export interface Load {
  /** Job id -> when it was pressed and how long the first response took, for requests that were promised a picture. */
  readonly acknowledged: ReadonlyMap<string, { readonly pressedAt: number; readonly afterMs: number }>;
  /** Presses that got no promise: no answer in three seconds, or "try again". */
  readonly unanswered: readonly Unanswered[];
  /** Presses at about this pace until `isOver`, and waits for every answer. */
  press(everyMs: number, isOver: () => boolean): Promise<void>;
}

export function createLoad(twin: Twin, random: Random, steps: number): Load {
  const acknowledged = new Map<string, { pressedAt: number; afterMs: number }>();
  const unanswered: Unanswered[] = [];

  async function pressOnce(): Promise<void> {
    const member = twin.actor(members[random.below(members.length)] ?? 'ada');
    const pressedAt = Date.now();
    const invocation = member.runCommand('general', '/imagine', { prompt: 'a lighthouse in a storm', steps, count: 1 });
    const jobId = jobIdOf(invocation.id);
    try {
      const { type, afterMs } = await invocation.acknowledgement(4000);
      // Type 4 is a refusal ("try again"): nothing was promised.
      if (type === 5) acknowledged.set(jobId, { pressedAt, afterMs });
      else unanswered.push({ jobId, pressedAt, why: invocation.currentReply()?.content ?? `response of type ${type}` });
    } catch (error) {
      unanswered.push({ jobId, pressedAt, why: error instanceof Error ? error.message : String(error) });
    }
  }

  return {
    acknowledged,
    unanswered,
    async press(everyMs, isOver) {
      const open: Promise<void>[] = [];
      while (!isOver()) {
        open.push(pressOnce());
        await sleep(everyMs * (0.5 + random.next()));
      }
      await Promise.all(open);
    },
  };
}

/** How many messages show the pictures of each job. */
export function countPostings(twin: Twin): Map<string, number> {
  const counts = new Map<string, number>();
  for (const message of twin.actor('olga').messages('general')) {
    const jobs = new Set(
      message.attachments.flatMap(({ filename }) => /easel-([0-9a-z]{12})-/.exec(filename)?.[1] ?? []),
    );
    for (const jobId of jobs) counts.set(jobId, (counts.get(jobId) ?? 0) + 1);
  }
  return counts;
}
