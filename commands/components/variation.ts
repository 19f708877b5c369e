// V1-V4: a new grid near one tile that keeps its composition: image-to-image from the stored tile.

import { jobIdArg, tileArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { drawSeed, startJob, withoutSource } from '../../src/discord/new-job.ts';
import { judgeWish } from '../../src/discord/paint-checks.ts';
import { firstLikeParent, judgeParent, judgeTile, parentOf, tileOf } from '../../src/discord/parent-job.ts';
import { turnBlue } from '../../src/discord/recolour.ts';
import { asksForGrid, countFor, enoughSteps } from '../../src/discord/single-picture.ts';
import { findTilePixels } from '../../src/discord/tile-pixels.ts';
import { EaselError } from '../../src/errors.ts';

/** Enough noise to change the detail, little enough to keep the composition. */
const strength = 0.55;

export const variation = defineComponent({
  id: 'v',
  args: [jobIdArg, tileArg],
  render: (texts, [, tile]) => ({ label: texts.buttons.variation(Number(tile) + 1) }),
  first: firstLikeParent,
  asks: ({ installation }, { args: [jobId] }) => asksForGrid(jobId, installation.limits.maxCount),
  judge(scene, { args: [, tile] }) {
    const unfit = judgeParent(scene) ?? judgeTile(scene, tile);
    const request = parentOf(scene)?.job.request;
    const changes = { steps: enoughSteps(request?.steps ?? 0, strength), count: countFor(scene) };
    return unfit ?? (request ? judgeWish(scene, { ...request, ...changes }) : null);
  },
  async handle(stage, { args: [jobId, tile] }) {
    const parent = parentOf(stage);
    const picture = parent && tileOf(parent, tile);
    const imageKey = picture && (await findTilePixels(stage, picture));
    if (!parent || !picture || !imageKey) {
      throw new EaselError('store-unavailable', `tile ${tile} of ${jobId} is nowhere to be found`, {
        userMessage: stage.texts.refusals.tileGone,
      });
    }
    await startJob(stage, {
      kind: 'variation',
      request: {
        ...withoutSource(parent.job.request),
        width: picture.width,
        height: picture.height,
        seed: drawSeed(),
        steps: enoughSteps(parent.job.request.steps, strength),
        count: countFor(stage),
        init: { imageKey, strength },
      },
      parent: { jobId, tile },
    });
    await turnBlue(stage.services.rest, stage.facts.message, variation.customId([jobId, tile]));
  },
});
