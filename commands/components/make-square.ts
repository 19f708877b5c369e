// Make Square: the shorter side of a picture is extended on both ends.

import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { makeSquare as squareOf } from '../../src/discord/outpaint-geometry.ts';
import { firstLikeParent } from '../../src/discord/parent-job.ts';
import { composedEdgeOf, fitEdge, workingSize } from '../../src/discord/picture-size.ts';
import {
  asksForGrid,
  countFor,
  judgePlan,
  outpaintStrength,
  type Planner,
  startPlan,
} from '../../src/discord/single-picture.ts';

const planOf: Planner = (scene, picture) => ({
  kind: 'pan',
  strength: outpaintStrength,
  changes: {
    ...squareOf(fitEdge(workingSize(scene, picture), composedEdgeOf(scene))),
    count: countFor(scene),
  },
});

export const makeSquare = defineComponent({
  id: 'q',
  args: [jobIdArg],
  render: (texts) => ({ emoji: '↔️', label: texts.single.square }),
  first: firstLikeParent,
  asks: ({ installation }, { args: [jobId] }) => asksForGrid(jobId, installation.limits.maxCount),
  judge: (scene) => judgePlan(scene, planOf),
  async handle(stage, { args: [jobId] }) {
    await startPlan(stage, planOf, makeSquare.customId([jobId]));
  },
});
