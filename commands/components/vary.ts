// Vary (Subtle, Strong): a new grid near a single picture, by image-to-image at a low or a high strength.

import { z } from 'zod';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { firstLikeParent } from '../../src/discord/parent-job.ts';
import { workingSize } from '../../src/discord/picture-size.ts';
import { asksForGrid, countFor, judgePlan, type Planner, startPlan } from '../../src/discord/single-picture.ts';

/** Subtle changes the detail and keeps the composition; strong keeps little more than where things are and their colours. */
const strengths = { s: 0.35, c: 0.75 } as const;
const degreeArg = z.enum(['s', 'c']);

const planOf =
  (degree: keyof typeof strengths): Planner =>
  (scene, picture) => ({
    kind: 'variation',
    strength: strengths[degree],
    changes: { ...workingSize(scene, picture), count: countFor(scene) },
  });

export const vary = defineComponent({
  id: 'w',
  args: [jobIdArg, degreeArg],
  render: (texts, [, degree]) => ({
    emoji: '🪄',
    label: degree === 's' ? texts.single.varySubtle : texts.single.varyStrong,
  }),
  first: firstLikeParent,
  asks: ({ installation }, { args: [jobId] }) => asksForGrid(jobId, installation.limits.maxCount),
  judge: (scene, { args: [, degree] }) => judgePlan(scene, planOf(degree)),
  async handle(stage, { args: [jobId, degree] }) {
    await startPlan(stage, planOf(degree), vary.customId([jobId, degree]));
  },
});
