// CLIP's text tower (Radford et al. 2021). input_ids [b, 77] -> last_hidden_state [b, 77, d], pooler_output [b, d] (the state at the
// highest id, which is end-of-text), penultimate_hidden_state [b, 77, d] (one layer less, final layer norm applied: clip skip 2).
import { type Graph, GraphBuilder, type GraphOptions } from '../onnx/graph.ts';
import { Add, ArgMax, Gather, GatherND } from '../onnx/ops.ts';
import { onnxDataType } from '../onnx/schema.ts';
import type { Weights } from '../weights.ts';
import { layerNorm } from './blocks.ts';
import { type ClipOptions, clipLayers } from './clip-layers.ts';

/** Low enough to vanish in the softmax, small enough for half precision. */
const masked = -10_000;

/** Throws `checkpoint-unsupported` where tensors are missing or left over. */
export function textEncoderGraph(w: Weights, clip: ClipOptions, options: GraphOptions): Graph {
  const g = new GraphBuilder('text_encoder', options);
  const positions = w.get('embeddings.position_embedding.weight', 2);
  const [length = 0, width = 0] = positions.shape;
  const ids = g.input('input_ids', onnxDataType.INT64, ['batch', length]);
  const words = Gather(g, g.weight(w.get('embeddings.token_embedding.weight', 2)), ids);
  const mask = Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? masked : 0));
  const states = clipLayers(
    g,
    w.in('encoder'),
    Add(g, words, g.weight(positions)),
    clip,
    g.floats(mask, [1, 1, length, length]),
  );
  const final = w.in('final_layer_norm');
  const last = layerNorm(g, final, states.at(-1)!, clip.epsilon);
  const shape = ['batch', length, width];
  g.output('last_hidden_state', last, shape);
  g.output('pooler_output', GatherND(g, last, ArgMax(g, ids, 1), 1), ['batch', width]);
  g.output('penultimate_hidden_state', layerNorm(g, final, states.at(-2)!, clip.epsilon), shape);
  w.finish();
  return g.finish();
}
