// What a worker does with one inspect job: look at a stored picture, so that the bot needs no networks.

import { type Job, UnrecoverableError } from 'bullmq';
import type { Engine } from '../inference/engine.ts';
import { type InspectJob, type InspectResult, inspectJobSchema, inspectJobVersion } from '../jobs/inspect-job.ts';
import type { ImageStore } from '../store/image-store.ts';
import type { Takedowns } from '../store/takedowns.ts';

export function createInspector(engine: Engine, images: ImageStore, takedowns: Takedowns) {
  return async (bull: Job<InspectJob>): Promise<InspectResult> => {
    const parsed = inspectJobSchema.safeParse(bull.data);
    if (!parsed.success) throw new UnrecoverableError('bad-request: the job cannot be read');
    const bytes = await images.get(parsed.data.imageKey);
    if (bytes === null) throw new UnrecoverableError('image-unreadable: the picture is gone');
    const { safety, guildId } = parsed.data;
    const inForce = guildId === undefined ? await takedowns.list() : await takedowns.inForce(guildId);
    const found = await engine.inspect(bytes, { ...safety, takedowns: inForce });
    return {
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
  };
}
