// U1-U4: that picture by itself, at once and without painting: the stored tile goes straight to delivery under a record of its own.
// Where the tile is no longer kept, it is cut out of the pressed message and finished anew (image-to-image at strength 0: checked and
// marked, not painted); where the message shows none, the worker paints it again: the same seed gives the same picture.

import { jobIdArg, tileArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { judgeLooks } from '../../src/discord/judge-looks.ts';
import { refuseLate } from '../../src/discord/late-refusal.ts';
import { keepsInit, newJob, startJob, withoutSource } from '../../src/discord/new-job.ts';
import { judgePosting, judgeWish } from '../../src/discord/paint-checks.ts';
import { firstLikeParent, judgeParent, judgeTile, parentOf, tileOf } from '../../src/discord/parent-job.ts';
import { turnBlue } from '../../src/discord/recolour.ts';
import { findTilePixels } from '../../src/discord/tile-pixels.ts';
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
  judge(scene, { args: [, tile] }) {
    const unfit = judgeParent(scene) ?? judgeTile(scene, tile);
    const parent = parentOf(scene);
    return unfit ?? (parent && judgePosting(scene, parent.job));
  },
  async handle(stage, { args: [jobId, tile] }) {
    const parent = parentOf(stage);
    const picture = parent && tileOf(parent, tile);
    if (!parent?.result || !picture)
      throw new EaselError('store-corrupt', `tile ${tile} of ${jobId} was there a moment ago`);
    const { queue, rest: discord } = stage.services;
    const painted = parent.job.request;
    const alone = { ...painted, seed: (painted.seed + tile) % (maxSeed + 1), count: 1 };
    const found = await findTilePixels(stage, picture);
    // What is only posted is looked at here; a worker looks at what it finishes or paints.
    const isKept = found === picture.imageKey;
    const unfit = isKept ? await judgeLooks(stage, parent.job, [picture]) : found === null && judgeWish(stage, alone);
    if (unfit) return refuseLate(stage, unfit);
    if (isKept) {
      const job = await newJob(stage, { kind: 'single', request: alone, parent: { jobId, tile } });
      await queue.deliver(job, {
        version: generateJobVersion,
        jobId: job.jobId,
        pictures: [{ ...picture, index: 0 }],
        modelHash: parent.result.modelHash,
        totalMs: 0,
        msPerStep: 0,
        workerId: parent.result.workerId,
      });
    } else if (found !== null) {
      const request = { ...withoutSource(alone), init: { imageKey: found, strength: 0 } };
      await startJob(stage, { kind: 'single', request, parent: { jobId, tile } });
    } else {
      if (!(await keepsInit(stage, alone))) return;
      await startJob(stage, { kind: 'single', request: alone, parent: { jobId, tile } });
    }
    await turnBlue(discord, stage.facts.message, upscale.customId([jobId, tile]));
  },
});
