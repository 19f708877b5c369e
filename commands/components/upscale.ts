// U1-U4: that picture by itself, at once and without the GPU: the stored tile goes straight to delivery under a record of its own.
// Where the tile is no longer kept, the worker paints it again from the stored request: the same seed gives the same picture.

import { jobIdArg, tileArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { newJob, requireInit, startJob } from '../../src/discord/new-job.ts';
import { firstLikeParent, judgeParent, judgeTile, parentOf, tileOf } from '../../src/discord/parent-job.ts';
import { turnBlue } from '../../src/discord/recolour.ts';
import { EaselError } from '../../src/errors.ts';
import { generateJobVersion } from '../../src/jobs/generate-job.ts';
import { maxSeed } from '../../src/jobs/paint-request.ts';

export const upscale = defineComponent({
  id: 'u',
  args: [jobIdArg, tileArg],
  render: (texts, [, tile]) => ({ label: texts.buttons.upscale(Number(tile) + 1) }),
  first: firstLikeParent,
  // One picture is asked for although none is painted: it admits the member, and pays for the repaint where one is needed.
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId], pictures: 1, durable: true, once: true }),
  judge: (scene, { args: [, tile] }) => judgeParent(scene) ?? judgeTile(scene, tile),
  async handle(stage, { args: [jobId, tile] }) {
    const parent = parentOf(stage);
    const picture = parent && tileOf(parent, tile);
    if (!parent?.result || !picture)
      throw new EaselError('store-corrupt', `tile ${tile} of ${jobId} was there a moment ago`);
    const { queue, images, rest } = stage.services;
    const request = { ...parent.job.request, seed: (parent.job.request.seed + tile) % (maxSeed + 1), count: 1 };
    const draft = { kind: 'single', request, parent: { jobId, tile } } as const;
    if ((await images.get(picture.imageKey)) !== null) {
      const job = await newJob(stage, draft);
      await queue.deliver(job, {
        version: generateJobVersion,
        jobId: job.jobId,
        pictures: [{ ...picture, index: 0 }],
        modelHash: parent.result.modelHash,
        totalMs: 0,
        msPerStep: 0,
        workerId: parent.result.workerId,
      });
    } else {
      await requireInit(stage, request);
      await startJob(stage, draft);
    }
    await turnBlue(rest, stage.facts.message, upscale.customId([jobId, tile]));
  },
});
