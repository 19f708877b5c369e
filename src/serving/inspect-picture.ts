// What a worker does with one inspect job: look at a stored picture, so that the bot needs no networks.

import { type Job, UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Engine } from '../inference/engine.ts';
import { type InspectJob, type InspectResult, inspectJobSchema, inspectJobVersion } from '../jobs/inspect-job.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import type { ImageStore } from '../store/image-store.ts';
import type { Takedowns } from '../store/takedowns.ts';

/** Whoever asked is waiting for it. */
const asideSeconds = 60;

/** @returns a processor for BullMQ; its answer is null where it was put aside */
export function createInspector(redis: Redis, engine: Engine, images: ImageStore, takedowns: Takedowns) {
  return async (bull: Job<InspectJob>): Promise<InspectResult | null> => {
    const parsed = inspectJobSchema.safeParse(bull.data);
    if (!parsed.success) throw new UnrecoverableError('bad-request: the job cannot be read');
    const bytes = await images.get(parsed.data.imageKey);
    if (bytes === null) throw new UnrecoverableError('image-unreadable: the picture is gone');
    const { safety, guildId } = parsed.data;
    const inForce = guildId === undefined ? await takedowns.list() : await takedowns.inForce(guildId);
    const found = await engine.inspect(bytes, { ...safety, takedowns: inForce });
    const result: InspectResult = {
      version: inspectJobVersion,
      width: found.width,
      height: found.height,
      verdict: { outcome: found.verdict.outcome, reason: found.verdict.reason, hits: [...found.verdict.hits] },
      perceptualHash: found.perceptualHash,
      embedding: found.embedding === null ? null : [...found.embedding],
      referenceMark: found.referenceMark,
      traceId: found.traceId,
      parameters: found.parameters,
      provenance: found.provenance && {
        standing: found.provenance.standing,
        generator: found.provenance.generator,
        signer: found.provenance.signer,
        aiGenerated: found.provenance.aiGenerated,
      },
    };
    if (!parsed.data.aside) return result;
    await redis.set(redisKeys.inspection(String(bull.id)), JSON.stringify(result), 'EX', asideSeconds);
    return null;
  };
}
