// What the tensors of a LoRA file are called. Two families: kohya's (`lora_unet_down_blocks_0_..._to_q.lora_down.weight`, with `lora_te_` for
// the text encoder) and those of diffusers and PEFT through the years (`unet....to_q.lora_A.weight`, `.lora.down.weight`,
// `.processor.to_q_lora.down.weight`, `.lora_linear_layer.down.weight`). Both meet in one form: the layer's name with `_` for every dot.

export type LoraNetwork = 'unet' | 'text_encoder';
export type LoraPart = 'down' | 'up' | 'mid' | 'alpha';

export interface LoraKey {
  readonly network: LoraNetwork;
  readonly layer: string;
  readonly part: LoraPart;
}

/** Other ways to change weights that come in files which look like LoRAs. */
const otherKinds: readonly (readonly [RegExp, string])[] = [
  [/\.hada_[wt]\d/, 'LoHa'],
  [/\.lokr_[wt]\d/, 'LoKr'],
  [/\.(?:dora_scale|lora_magnitude_vector)\b/, 'DoRA'],
  [/\.oft_(?:blocks|diag)\b/, 'OFT'],
  [/\.(?:on_input|ia3_l)\b/, 'IA3'],
  [/\.(?:diff|diff_b|set_weight)$/, 'full weights'],
];

/** The name of another kind of adapter, where a tensor's name tells it. */
export function otherKindOf(key: string): string | null {
  return otherKinds.find(([pattern]) => pattern.test(key))?.[1] ?? null;
}

/** Where a tensor's name tells that the file is for a model with two text encoders: Stable Diffusion XL. */
export function isForXl(key: string): boolean {
  return /^(?:lora_te[12]_|text_encoder_2\.)/.test(key);
}

const kohya = /^lora_(unet|te)_(.+?)\.(?:lora_(down|up|mid)\.weight|(alpha))$/;
const diffusers =
  /^(.+?)(?:\.lora\.|_lora\.|\.lora_linear_layer\.|\.lora_)(A|B|down|up|mid)(?:\.default)?\.weight$|^(.+)\.(alpha)$/;
const parts: Record<string, LoraPart> = { A: 'down', B: 'up', down: 'down', up: 'up', mid: 'mid', alpha: 'alpha' };

/** Null for a name of neither family. */
export function readLoraKey(key: string): LoraKey | null {
  const short = kohya.exec(key);
  if (short) {
    const [, network, layer = '', part = 'alpha'] = short;
    return { network: network === 'te' ? 'text_encoder' : 'unet', layer: withoutTower(layer), part: parts[part]! };
  }
  const long = diffusers.exec(key.replace(/^base_model\.model\./, ''));
  if (!long) return null;
  const path = long[1] ?? long[3] ?? '';
  const network: LoraNetwork = /^text_encoder\./.test(path) ? 'text_encoder' : 'unet';
  const layer = path
    .replace(/^(?:unet|text_encoder)\./, '')
    // Attention processors of diffusers before 0.22 held their layers themselves, the output without its place in the list.
    .replace(/\.processor\.to_out$/, '.to_out.0')
    .replace(/\.processor\./, '.');
  return { network, layer: withoutTower(layer.replaceAll('.', '_')), part: parts[long[2] ?? long[4] ?? ''] ?? 'alpha' };
}

function withoutTower(layer: string): string {
  return layer.replace(/^text_model_/, '');
}
