// 🔍 Zoom Out: the picture gets smaller on a canvas as large as it was, and its surroundings are painted.

import { z } from 'zod';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { zoomOut as zoomOutBy } from '../../src/discord/outpaint-geometry.ts';
import { firstLikeParent } from '../../src/discord/parent-job.ts';
import { workingSize } from '../../src/discord/picture-size.ts';
import {
  asksForGrid,
  countFor,
  judgePlan,
  outpaintStrength,
  type Planner,
  startPlan,
} from '../../src/discord/single-picture.ts';

const factorArg = z.enum(['2', '1.5']);

const planOf =
  (factor: string): Planner =>
  (scene, picture) => ({
    kind: 'zoom',
    strength: outpaintStrength,
    changes: { ...zoomOutBy(workingSize(scene, picture), Number(factor)), count: countFor(scene) },
  });

export const zoomOut = defineComponent({
  id: 'z',
  args: [jobIdArg, factorArg],
  render: (texts, [, factor]) => ({ emoji: '🔍', label: texts.single.zoomOut(factor) }),
  first: firstLikeParent,
  asks: ({ installation }, { args: [jobId] }) => asksForGrid(jobId, installation.limits.maxCount),
  judge: (scene, { args: [, factor] }) => judgePlan(scene, planOf(factor)),
  async handle(stage, { args: [jobId, factor] }) {
    await startPlan(stage, planOf(factor), zoomOut.customId([jobId, factor]));
  },
});
