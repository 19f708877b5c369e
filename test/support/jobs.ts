// Complete requests for tests, with everything that a test does not care about filled in.

import { openSimulatedEngine } from '../../src/inference/simulated.ts';
import type { GenerateJob } from '../../src/jobs/generate-job.ts';

let counter = 0;
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

export function testJobId(): string {
  counter += 1;
  const random = Array.from({ length: 8 }, () => alphabet[Math.floor(Math.random() * 32)]).join('');
  return (
    random +
    counter
      .toString(16)
      .replace(/[^0-9a-f]/g, '0')
      .padStart(4, '0')
  );
}

export interface TestJobOptions {
  userId?: string;
  guildId?: string | null;
  modelHash?: string;
  steps?: number;
  count?: number;
  edge?: number;
  parent?: GenerateJob['parent'];
  reply?: Partial<GenerateJob['reply']>;
}

export const simulatedHash = openSimulatedEngine({ stepMs: 1 }).model.hash;

export function testJob(options: TestJobOptions = {}): GenerateJob {
  const count = options.count ?? 1;
  const edge = options.edge ?? 64;
  const id = testJobId();
  return {
    version: 1,
    jobId: id,
    kind: 'imagine',
    request: {
      prompt: 'a lighthouse in a storm',
      negativePrompt: '',
      width: edge,
      height: edge,
      seed: 7,
      count,
      steps: options.steps ?? 3,
      guidanceScale: 7.5,
      sampler: 'ddim',
      clipSkip: 1,
      modelHash: options.modelHash ?? simulatedHash,
    },
    safety: { adjustment: 0, onFlag: 'withhold' },
    preview: 'off',
    requester: { userId: options.userId ?? '100', displayName: 'Ada' },
    reply: {
      applicationId: '1',
      interactionId: String(900_000 + counter),
      interactionToken: `token-${id}`,
      interactionAt: Date.now(),
      channelId: '20',
      guildId: options.guildId === undefined ? '30' : options.guildId,
      messageId: null,
      ephemeral: false,
      attachmentSizeLimit: 10 * 1024 * 1024,
      locale: 'en-US',
      ageRestricted: false,
      ...options.reply,
    },
    parent: options.parent ?? null,
    createdAt: Date.now(),
    traceIds: Array.from({ length: count > 1 ? count + 1 : 1 }, (_, index) => counter * 8 + index),
  };
}

export async function until<T>(question: () => Promise<T | null | undefined | false>, timeoutMs = 20_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`Expected an answer within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
