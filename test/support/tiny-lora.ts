// LoRA files for the tiny model, in either family of names, of random factors.

import { RandomWeights } from '../../src/bench/random-weights.ts';
import { floats, type StoredTensor, writeSafetensors } from '../model-import/files.ts';

const attention = 'mid_block.attentions.0.transformer_blocks.0';

/** Layer, rows, columns (or shape of the kernel's input side): a projection, one stored in two halves, cross-attention, a 3x3 convolution. */
export const tinyLayers = [
  { network: 'unet', layer: `${attention}.attn1.to_q`, up: [32, 2], down: [2, 32] },
  { network: 'unet', layer: `${attention}.attn2.to_k`, up: [32, 2], down: [2, 24] },
  { network: 'unet', layer: `${attention}.ff.net.0.proj`, up: [256, 2], down: [2, 32] },
  { network: 'unet', layer: 'mid_block.resnets.0.conv1', up: [32, 2, 1, 1], down: [2, 32, 3, 3] },
  { network: 'text_encoder', layer: 'encoder.layers.0.self_attn.q_proj', up: [24, 2], down: [2, 24] },
] as const;

export function factorsOf(layer: string, part: 'up' | 'down', shape: readonly number[], seed = 5): Float32Array {
  return new RandomWeights(seed).next(`${layer}.${part}.weight`, [...shape]);
}

/** @returns the path */
export function writeTinyLora(path: string, names: 'kohya' | 'diffusers', seed = 5): string {
  const tensors: Record<string, StoredTensor> = {};
  for (const { network, layer, up, down } of tinyLayers) {
    const tower = network === 'unet' ? '' : 'text_model.';
    const short = `lora_${network === 'unet' ? 'unet' : 'te'}_${`${tower}${layer}`.replaceAll('.', '_')}`;
    const long = `${network}.${tower}${layer}`;
    const [upName, downName] =
      names === 'kohya'
        ? [`${short}.lora_up.weight`, `${short}.lora_down.weight`]
        : [`${long}.lora_B.weight`, `${long}.lora_A.weight`];
    tensors[upName] = floats(up, [...factorsOf(layer, 'up', up, seed)]);
    tensors[downName] = floats(down, [...factorsOf(layer, 'down', down, seed)]);
  }
  return writeSafetensors(path, tensors);
}
