// A LoRA file (Hu et al. 2022; for convolutions LoCon) as the layers it changes. Reads the header alone until a layer is asked for.

import type { LazyTensor } from '../model-import/tensor.ts';
import type { GraphWeights } from './graph-weights.ts';
import { isForXl, type LoraNetwork, otherKindOf, readLoraKey } from './lora-names.ts';
import { type Unfit, unfit } from './unfit.ts';

export interface LoraLayer {
  readonly network: LoraNetwork;
  /** With `_` for every dot. */
  readonly layer: string;
  /** [r, i] or [r, i, kh, kw]; [r, i, 1, 1] beside a `mid`. */
  readonly down: LazyTensor;
  /** [o, r] or [o, r, 1, 1]. */
  readonly up: LazyTensor;
  /** [r, r, kh, kw]: Tucker form of a convolution. */
  readonly mid?: LazyTensor;
  /** One number; the change is scaled by alpha / r. Default: r. */
  readonly alpha?: LazyTensor;
}

/** Numbers that a file says in its metadata instead of as tensors (diffusers with PEFT). */
const metadataKey = 'lora_adapter_metadata';

export interface LoraFile {
  readonly layers: readonly LoraLayer[];
  /** From the metadata, by network: used where a layer has no alpha of its own. */
  readonly alphas: Readonly<Partial<Record<LoraNetwork, number>>>;
}

export function readLora(
  tensors: ReadonlyMap<string, LazyTensor>,
  metadata: Readonly<Record<string, string>> = {},
): LoraFile | Unfit {
  const xl = [...tensors.keys()].find(isForXl);
  if (xl !== undefined) return unfit('xl', xl);
  const found = new Map<string, Partial<Record<'down' | 'up' | 'mid' | 'alpha', LazyTensor>> & { at: LoraKeyPlace }>();
  for (const [name, tensor] of tensors) {
    const other = otherKindOf(name);
    if (other !== null) return unfit('kind', `${other}: ${name}`);
    const key = readLoraKey(name);
    if (key === null) return unfit('kind', name);
    const id = `${key.network} ${key.layer}`;
    found.set(id, { ...(found.get(id) ?? { at: key }), [key.part]: tensor });
  }
  const layers: LoraLayer[] = [];
  for (const { at, down, up, mid, alpha } of found.values()) {
    if (!down || !up) return unfit('damaged', `${at.layer}: ${down ? 'down' : up ? 'up' : 'alpha'} alone`);
    const rest = { ...(mid ? { mid } : {}), ...(alpha ? { alpha } : {}) };
    layers.push({ network: at.network, layer: at.layer, down, up, ...rest });
  }
  if (layers.length === 0) return unfit('kind', 'no tensors');
  return { layers, alphas: alphasOf(metadata) };
}

type LoraKeyPlace = Pick<LoraLayer, 'network' | 'layer'>;

function alphasOf(metadata: Readonly<Record<string, string>>): LoraFile['alphas'] {
  try {
    const said = JSON.parse(metadata[metadataKey] ?? '{}') as Record<string, unknown>;
    const numbers = (['unet', 'text_encoder'] as const).flatMap((network) => {
      const alpha = said[`${network}.lora_alpha`];
      return typeof alpha === 'number' ? [[network, alpha] as const] : [];
    });
    return Object.fromEntries(numbers);
  } catch {
    return {};
  }
}

/** Cross-attention of Stable Diffusion XL and 2 reads texts of these widths. */
const xlTextWidth = 2048;

/** Compares every layer with the model's; null where all fit. */
export function unfitFor({ layers }: LoraFile, weights: Readonly<Record<LoraNetwork, GraphWeights>>): Unfit | null {
  if (weights.unet.size === 0 || weights.text_encoder.size === 0) return unfit('model', '');
  const wide = layers.find(({ layer, down }) => /attn2_to_[kv]$/.test(layer) && down.shape[1] === xlTextWidth);
  if (wide) return unfit('xl', `${wide.layer}: ${xlTextWidth}`);
  const unknown = layers.filter(({ network, layer }) => !weights[network].has(layer));
  if (unknown[0]) return unfit('layers', `${unknown[0].layer}${unknown.length > 1 ? ` +${unknown.length - 1}` : ''}`);
  for (const { network, layer, down, up, mid } of layers) {
    const { rows, columns } = weights[network].get(layer)!;
    const [rank = 0, inputs = 0, ...kernel] = down.shape;
    const cells = (mid ? mid.shape.slice(2) : kernel).reduce((product, size) => product * size, 1);
    const outputs = up.shape[0] ?? 0;
    if (outputs !== rows || inputs * cells !== columns)
      return unfit('width', `${layer}: ${outputs}×${inputs * cells} ≠ ${rows}×${columns}`);
    const ranks = [up.shape.slice(1).reduce((product, size) => product * size, 1), ...(mid?.shape.slice(0, 2) ?? [])];
    if (rank === 0 || ranks.some((size) => size !== rank)) return unfit('damaged', `${layer}: ${ranks} ≠ ${rank}`);
  }
  return null;
}
