// A moderator cancelled what somebody else had asked for: that is written down, a member's own second thoughts are not.

import type { GenerateJob } from '../jobs/generate-job.ts';
import type { Stage } from './behaviour.ts';
import { recordAction } from './mod-log.ts';

/** @throws what the store throws */
export async function recordCancel(stage: Stage, { jobId, requester }: GenerateJob): Promise<void> {
  const { facts } = stage;
  if (facts.guildId === null || requester.userId === facts.user.id) return;
  await recordAction(stage, { action: 'job cancelled', subjectId: requester.userId, jobId }, ({ modLog }) =>
    modLog.jobCancelled(`<@${facts.user.id}>`, `<@${requester.userId}>`, jobId),
  );
}
