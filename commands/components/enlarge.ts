// Upscale (Subtle, Creative): twice the size, by image-to-image in overlapping tiles; and "Redo Upscale" under what came of it.

import { z } from 'zod';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { drawSeed, keepsInit, startJob } from '../../src/discord/new-job.ts';
import { firstLikeParent, judgeAgain, parentOf } from '../../src/discord/parent-job.ts';
import { nativeSizeOf } from '../../src/discord/picture-size.ts';
import { turnBlue } from '../../src/discord/recolour.ts';
import { judgePlan, type Planner, startPlan } from '../../src/discord/single-picture.ts';
import { EaselError } from '../../src/errors.ts';

/** Subtle sharpens what is there, creative adds to it; above that the tiles begin to paint pictures of their own. */
const strengths = { s: 0.25, c: 0.4 } as const;
const degreeArg = z.enum(['s', 'c']);

/** Fewer leave the picture as blurred as enlarging made it. */
const leastPainted = 4;

const planOf =
  (degree: keyof typeof strengths): Planner =>
  (scene, { width, height }) => {
    const strength = strengths[degree];
    const { installation, guild } = scene;
    const maxSteps = Math.min(installation.limits.maxSteps, guild.maxSteps ?? installation.limits.maxSteps);
    const steps = Math.max(
      parentOf(scene)?.job.request.steps ?? 0,
      Math.min(maxSteps, Math.ceil(leastPainted / strength)),
    );
    const changes = { width: 2 * width, height: 2 * height, count: 1, steps, tileEdge: nativeSizeOf(scene) };
    return { kind: 'upscale', strength, changes };
  };

const asksForOne = (jobId: string) => ({ jobIds: [jobId], pictures: 1, durable: true, once: true }) as const;

export const enlarge = defineComponent({
  id: 'x',
  args: [jobIdArg, degreeArg],
  render: ({ single }, [, degree]) => ({ label: degree === 's' ? single.upscaleSubtle : single.upscaleCreative }),
  first: firstLikeParent,
  asks: (_ground, { args: [jobId] }) => asksForOne(jobId),
  judge: (scene, { args: [, degree] }) => judgePlan(scene, planOf(degree)),
  async handle(stage, { args: [jobId, degree] }) {
    await startPlan(stage, planOf(degree), enlarge.customId([jobId, degree]));
  },
});

export const enlargeAgain = defineComponent({
  id: 'xr',
  args: [jobIdArg, degreeArg],
  render: ({ single }, [, degree]) => ({
    label: single.redo(degree === 's' ? single.upscaleSubtle : single.upscaleCreative),
  }),
  first: firstLikeParent,
  asks: (_ground, { args: [jobId] }) => asksForOne(jobId),
  judge: judgeAgain,
  async handle(stage, { args: [jobId, degree] }) {
    const request = parentOf(stage)?.job.request;
    if (!request?.init) throw new EaselError('store-corrupt', `the upscaled picture ${jobId} started from none`);
    if (!(await keepsInit(stage, request))) return;
    const init = { imageKey: request.init.imageKey, strength: strengths[degree] };
    await startJob(stage, {
      kind: 'upscale',
      request: { ...request, seed: drawSeed(), init },
      parent: { jobId, tile: 0 },
    });
    await turnBlue(stage.services.rest, stage.facts.message, enlargeAgain.customId([jobId, degree]));
  },
});
