// The safety checker: CLIP's vision tower and cosine distances to the concept embeddings (CompVis/stable-diffusion-safety-checker).
// clip_input [b, 3, 224, 224] -> image_embeds [b, p], cos_dist [b, 17], special_cos_dist [b, 3]. It measures; thresholds are applied outside.
import { type Graph, GraphBuilder, type GraphOptions, type Value } from '../onnx/graph.ts';
import {
  Add,
  Concat,
  Conv,
  Div,
  Expand,
  Gather,
  MatMul,
  Max,
  ReduceL2,
  Reshape,
  Shape,
  Slice,
  Transpose,
} from '../onnx/ops.ts';
import type { Weights } from '../weights.ts';
import { layerNorm, linear } from './blocks.ts';
import { type ClipOptions, clipLayers } from './clip-layers.ts';

/** Throws `checkpoint-unsupported` where tensors are missing or left over. */
export function safetyCheckerGraph(w: Weights, clip: ClipOptions, options: GraphOptions): Graph {
  const g = new GraphBuilder('safety_checker', options);
  // Newer releases of transformers store the tower under one name instead of two.
  const tower = w.in(w.has('vision_model.vision_model') ? 'vision_model.vision_model' : 'vision_model');
  const patch = tower.get('embeddings.patch_embedding.weight', 4);
  const [width = 0, channels = 0, side = 0] = patch.shape;
  const positions = tower.get('embeddings.position_embedding.weight', 2);
  const size = side * Math.round(Math.sqrt(positions.shape[0]! - 1));
  const pixels = g.floatInput('clip_input', ['batch', channels, size, size]);

  const patches = Conv(g, pixels, g.weight(patch), undefined, { kernel_shape: [side, side], strides: [side, side] });
  const tokens = Transpose(g, Reshape(g, patches, g.ints([0, width, -1])), [0, 2, 1]);
  const batch = Concat(g, [Slice(g, Shape(g, pixels), 0, 1, 0), g.ints([1, width])], 0);
  const first = Expand(g, g.weight(tower.get('embeddings.class_embedding', 1), { dims: [1, 1, width] }), batch);
  const embedded = Add(g, Concat(g, [first, tokens], 1), g.weight(positions));
  const start = layerNorm(g, tower.in('pre_layrnorm'), embedded, clip.epsilon);
  const last = clipLayers(g, tower.in('encoder'), start, clip).at(-1)!;
  const pooled = layerNorm(g, tower.in('post_layernorm'), Gather(g, last, g.ints([0], []), 1), clip.epsilon);
  const embeds = linear(g, w.in('visual_projection'), pooled);

  const distance = (name: string): Value =>
    MatMul(g, unit(g, embeds), Transpose(g, unit(g, g.weight(w.get(name, 2))), [1, 0]));
  g.output('image_embeds', embeds, ['batch', w.get('visual_projection.weight', 2).shape[0]!]);
  g.output('cos_dist', distance('concept_embeds'), ['batch', w.get('concept_embeds', 2).shape[0]!]);
  g.output('special_cos_dist', distance('special_care_embeds'), ['batch', w.get('special_care_embeds', 2).shape[0]!]);
  // The thresholds go to config.json; asking for them marks them as known.
  w.get('concept_embeds_weights', 1);
  w.get('special_care_embeds_weights', 1);
  w.finish();
  return g.finish();
}

/** Rows of length one. */
function unit(g: GraphBuilder, x: Value): Value {
  return Div(g, x, Max(g, ReduceL2(g, x), g.floats([1e-6])));
}
