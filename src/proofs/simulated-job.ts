// A request as the bot would enqueue it, for proofs that need no bot.

import { jobIdOf } from '../discord/new-job.ts';
import { type GenerateJob, generateJobVersion } from '../jobs/generate-job.ts';

export interface SimulatedJobOptions {
  readonly index: number;
  readonly steps: number;
  readonly modelHash: string;
  readonly userId: string;
}

export function simulatedJob({ index, steps, modelHash, userId }: SimulatedJobOptions): GenerateJob {
  const interactionId = String(1_000_000_000 + index);
  const now = Date.now();
  return {
    version: generateJobVersion,
    jobId: jobIdOf(interactionId),
    kind: 'imagine',
    request: {
      prompt: `picture ${index}`,
      negativePrompt: '',
      width: 256,
      height: 256,
      seed: index,
      count: 1,
      steps,
      guidanceScale: 7.5,
      sampler: 'ddim',
      clipSkip: 1,
      modelHash,
    },
    safety: { adjustment: 0, onFlag: 'withhold' },
    preview: 'off',
    requester: { userId, displayName: `member ${userId}` },
    reply: {
      applicationId: '1',
      interactionId,
      interactionToken: 'none',
      interactionAt: now,
      channelId: '2',
      guildId: String(10 + (index % 7)),
      messageId: null,
      ephemeral: false,
      attachmentSizeLimit: 10 * 1024 * 1024,
      locale: 'en-US',
      ageRestricted: false,
    },
    parent: null,
    createdAt: now,
    traceIds: [index],
  };
}
