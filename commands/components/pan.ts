// ⬅️ ➡️ ⬆️ ⬇️: the picture goes on in one direction. The canvas grows while the model has room for it; after that it moves on.

import { z } from 'zod';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { pan as panBy, panDirections } from '../../src/discord/outpaint-geometry.ts';
import { firstLikeParent } from '../../src/discord/parent-job.ts';
import { composedEdgeOf, nativeSizeOf, workingSize } from '../../src/discord/picture-size.ts';
import {
  asksForGrid,
  countFor,
  judgePlan,
  outpaintStrength,
  type Planner,
  startPlan,
} from '../../src/discord/single-picture.ts';

const directionArg = z.enum(panDirections);
const arrows = { left: '⬅️', right: '➡️', up: '⬆️', down: '⬇️' } as const;

const planOf =
  (direction: keyof typeof arrows): Planner =>
  (scene, picture) => {
    const room = { step: nativeSizeOf(scene) / 2, maxEdge: composedEdgeOf(scene) };
    const canvas = panBy(workingSize(scene, picture), direction, room);
    return { kind: 'pan', strength: outpaintStrength, changes: { ...canvas, count: countFor(scene) } };
  };

export const pan = defineComponent({
  id: 'p',
  args: [jobIdArg, directionArg],
  render: (_texts, [, direction]) => ({ emoji: arrows[direction] }),
  first: firstLikeParent,
  asks: ({ installation }, { args: [jobId] }) => asksForGrid(jobId, installation.limits.maxCount),
  judge: (scene, { args: [, direction] }) => judgePlan(scene, planOf(direction)),
  async handle(stage, { args: [jobId, direction] }) {
    await startPlan(stage, planOf(direction), pan.customId([jobId, direction]));
  },
});
