// The pre-norm transformer that CLIP's text and vision towers share (Radford et al. 2021).
import { EaselError, expected } from '../../errors.ts';
import { unsupported } from '../byte-source.ts';
import type { GraphBuilder, Value } from '../onnx/graph.ts';
import { Add } from '../onnx/ops.ts';
import type { Weights } from '../weights.ts';
import { attention, gelu, quickGelu } from './activations.ts';
import { layerNorm, linear } from './blocks.ts';

export interface ClipOptions {
  heads: number;
  /** `quick_gelu` in OpenAI's CLIP; `gelu` in some later ones. */
  activation: 'quick_gelu' | 'gelu';
  epsilon: number;
}

/** Runs all layers on x [b, s, c] and returns the output of each, the input first. `mask` [1, 1, s, s] is added to the scores. */
export function clipLayers(g: GraphBuilder, w: Weights, x: Value, clip: ClipOptions, mask?: Value): Value[] {
  const states = [x];
  const layers = w.count('layers');
  if (layers === 0)
    throw new EaselError('checkpoint-unsupported', expected('at least one layer', 'a CLIP tower', layers));
  for (let i = 0; i < layers; i++) {
    const layer = w.in('layers').in(i);
    const inner = layer.in('self_attn');
    const width = layer.get('layer_norm1.weight', 1).shape[0]!;
    if (width % clip.heads !== 0)
      throw unsupported(expected(`a width divisible by ${clip.heads} heads`, 'a CLIP tower', width));
    let hidden = states.at(-1)!;
    const normal = layerNorm(g, layer.in('layer_norm1'), hidden, clip.epsilon);
    const q = linear(g, inner.in('q_proj'), normal);
    const k = linear(g, inner.in('k_proj'), normal);
    const v = linear(g, inner.in('v_proj'), normal);
    hidden = Add(
      g,
      linear(g, inner.in('out_proj'), attention(g, { q, k, v, heads: clip.heads, width, ...(mask && { mask }) })),
      hidden,
    );
    const wide = linear(g, layer.in('mlp.fc1'), layerNorm(g, layer.in('layer_norm2'), hidden, clip.epsilon));
    const active = clip.activation === 'gelu' ? gelu(g, wide) : quickGelu(g, wide);
    states.push(Add(g, linear(g, layer.in('mlp.fc2'), active), hidden));
  }
  return states;
}
