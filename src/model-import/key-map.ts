// Checkpoint names -> our names, as tables. Ours are those of current diffusers folders, one map per network, so that a CompVis file
// and a diffusers folder (old or new) meet in one form; the text encoder loses its `text_model.` prefix.
import type { LazyTensor } from './tensor.ts';

export type TensorMap = Map<string, LazyTensor>;
/** Pattern and replacement, applied in order; a row that changes a name does not stop the later ones. */
type Renames = readonly (readonly [RegExp, string])[];

/** Names of one network inside a single-file checkpoint. */
export const prefixes = {
  unet: ['model.diffusion_model.'],
  vae: ['first_stage_model.'],
  textEncoder: [
    'cond_stage_model.transformer.text_model.',
    'conditioner.embedders.0.transformer.text_model.',
    'cond_stage_model.transformer.',
    'conditioner.embedders.0.transformer.',
  ],
} as const;

const resnetNames: Renames = [
  [/\.in_layers\.0\./, '.norm1.'],
  [/\.in_layers\.2\./, '.conv1.'],
  [/\.out_layers\.0\./, '.norm2.'],
  [/\.out_layers\.3\./, '.conv2.'],
  [/\.emb_layers\.1\./, '.time_emb_proj.'],
  [/\.skip_connection\./, '.conv_shortcut.'],
];

const unetNames: Renames = [
  [/^time_embed\.0\./, 'time_embedding.linear_1.'],
  [/^time_embed\.2\./, 'time_embedding.linear_2.'],
  [/^input_blocks\.0\.0\./, 'conv_in.'],
  [/^out\.0\./, 'conv_norm_out.'],
  [/^out\.2\./, 'conv_out.'],
  [/^middle_block\.0\./, 'mid_block.resnets.0.'],
  [/^middle_block\.1\./, 'mid_block.attentions.0.'],
  [/^middle_block\.2\./, 'mid_block.resnets.1.'],
];

const vaeNames: Renames = [
  [/^(encoder|decoder)\.norm_out\./, '$1.conv_norm_out.'],
  [/^(encoder|decoder)\.mid\.block_1\./, '$1.mid_block.resnets.0.'],
  [/^(encoder|decoder)\.mid\.block_2\./, '$1.mid_block.resnets.1.'],
  [/^(encoder|decoder)\.mid\.attn_1\./, '$1.mid_block.attentions.0.'],
  [/^encoder\.down\.(\d+)\.block\./, 'encoder.down_blocks.$1.resnets.'],
  [/^encoder\.down\.(\d+)\.downsample\./, 'encoder.down_blocks.$1.downsamplers.0.'],
  [/\.nin_shortcut\./, '.conv_shortcut.'],
];

/** The VAE's attention had two older sets of names: CompVis' own and that of diffusers before 0.18. */
const vaeAttentionNames: Renames = [
  [/(\.mid_block\.attentions\.0)\.norm\./, '$1.group_norm.'],
  [/(\.mid_block\.attentions\.0)\.(?:q|query)\./, '$1.to_q.'],
  [/(\.mid_block\.attentions\.0)\.(?:k|key)\./, '$1.to_k.'],
  [/(\.mid_block\.attentions\.0)\.(?:v|value)\./, '$1.to_v.'],
  [/(\.mid_block\.attentions\.0)\.(?:proj_out|proj_attn)\./, '$1.to_out.0.'],
];

/** Buffers that carry no weights, and what training an autoencoder leaves behind. */
const withoutMeaning = /(?:^|\.)position_ids$|^(?:loss|model_ema)\./;

/** U-Net names of a CompVis file (prefix removed) in our form. */
export function unetFromCompVis(tensors: TensorMap): TensorMap {
  const inputs = inputBlockNames(tensors);
  const outputs = outputBlockNames(tensors);
  return rename(tensors, (name) => {
    const block = /^(input|output)_blocks\.(\d+)\.(\d+)\.(?:op\.|conv\.)?/.exec(name);
    const target = block && (block[1] === 'input' ? inputs : outputs).get(`${block[2]}.${block[3]}`);
    // The dot in front lets the resnet rows match at the start of what is left.
    return target
      ? target + apply(resnetNames, `.${name.slice(block[0].length)}`)
      : apply(unetNames, name).replace(/^mid_block\..*/, middle);
  });
}

const middle = (name: string): string => apply(resnetNames, name);

/** VAE names of a CompVis file (prefix removed) in our form; the decoder's levels are counted from the other end. */
export function vaeFromCompVis(tensors: TensorMap): TensorMap {
  const levels = 1 + maxIndex(tensors, /^decoder\.up\.(\d+)\./);
  return vaeFromDiffusers(
    rename(tensors, (name) =>
      apply(vaeNames, name)
        .replace(
          /^decoder\.up\.(\d+)\.block\./,
          (_, level) => `decoder.up_blocks.${levels - 1 - Number(level)}.resnets.`,
        )
        .replace(
          /^decoder\.up\.(\d+)\.upsample\./,
          (_, level) => `decoder.up_blocks.${levels - 1 - Number(level)}.upsamplers.0.`,
        ),
    ),
  );
}

/** Brings U-Net names of a diffusers folder into our form, which they have already. */
export function unetFromDiffusers(tensors: TensorMap): TensorMap {
  return rename(tensors, (name) => name);
}

/** Brings old attention names of a diffusers VAE up to date. */
export function vaeFromDiffusers(tensors: TensorMap): TensorMap {
  return rename(tensors, (name) => apply(vaeAttentionNames, name));
}

/** Text encoder names of a diffusers folder, with or without `text_model.`. */
export function textEncoderFromDiffusers(tensors: TensorMap): TensorMap {
  return rename(tensors, (name) => name.replace(/^text_model\./, ''));
}

/** The tensors below the first prefix that has any, with the prefix removed. */
export function takePrefix(tensors: TensorMap, candidates: readonly string[]): TensorMap {
  for (const prefix of candidates) {
    const taken: TensorMap = new Map();
    for (const [name, tensor] of tensors) if (name.startsWith(prefix)) taken.set(name.slice(prefix.length), tensor);
    if (taken.size > 0) return taken;
  }
  return new Map();
}

/**
 * Puts the exponential moving average of the U-Net in place of its plain weights. CompVis stores `model.a.b` also as `model_ema.` plus
 * the name after `model.` with its dots removed. Returns how many of the U-Net's tensors have one.
 */
export function withMovingAverage(tensors: TensorMap): { tensors: TensorMap; found: number; of: number } {
  const result = new Map(tensors);
  let found = 0;
  let of = 0;
  for (const name of tensors.keys()) {
    if (!name.startsWith('model.diffusion_model.')) continue;
    of++;
    const average = tensors.get(`model_ema.${name.slice('model.'.length).replaceAll('.', '')}`);
    if (!average) continue;
    found++;
    result.set(name, average);
  }
  return { tensors: result, found, of };
}

/** Where each `input_blocks.N.M` belongs: the blocks are one list, a stride-2 `op` ends a level. */
function inputBlockNames(tensors: TensorMap): Map<string, string> {
  const names = new Map<string, string>();
  let level = 0;
  let resnet = 0;
  for (let n = 1; n <= maxIndex(tensors, /^input_blocks\.(\d+)\./); n++) {
    if (tensors.has(`input_blocks.${n}.0.op.weight`)) {
      names.set(`${n}.0`, `down_blocks.${level}.downsamplers.0.conv`);
      level++;
      resnet = 0;
      continue;
    }
    names.set(`${n}.0`, `down_blocks.${level}.resnets.${resnet}`);
    names.set(`${n}.1`, `down_blocks.${level}.attentions.${resnet}`);
    resnet++;
  }
  return names;
}

/** Where each `output_blocks.N.M` belongs: a `conv` inside a block is the upsampling that ends a level. */
function outputBlockNames(tensors: TensorMap): Map<string, string> {
  const names = new Map<string, string>();
  let level = 0;
  let resnet = 0;
  for (let n = 0; n <= maxIndex(tensors, /^output_blocks\.(\d+)\./); n++) {
    names.set(`${n}.0`, `up_blocks.${level}.resnets.${resnet}`);
    const upsampler = [1, 2].find((m) => tensors.has(`output_blocks.${n}.${m}.conv.weight`));
    if (upsampler !== 1) names.set(`${n}.1`, `up_blocks.${level}.attentions.${resnet}`);
    resnet++;
    if (upsampler === undefined) continue;
    names.set(`${n}.${upsampler}`, `up_blocks.${level}.upsamplers.0.conv`);
    level++;
    resnet = 0;
  }
  return names;
}

function apply(table: Renames, name: string): string {
  return table.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), name);
}

function rename(tensors: TensorMap, to: (name: string) => string): TensorMap {
  const result: TensorMap = new Map();
  for (const [name, tensor] of tensors) {
    if (withoutMeaning.test(name)) continue;
    const ours = to(name);
    // The tensor takes our name too: the graph then does not depend on the form of its source.
    result.set(ours, { ...tensor, name: ours });
  }
  return result;
}

/** Largest number that the pattern's first group takes, -1 where nothing matches. */
function maxIndex(tensors: TensorMap, pattern: RegExp): number {
  let max = -1;
  for (const name of tensors.keys()) {
    const match = pattern.exec(name);
    if (match) max = Math.max(max, Number(match[1]));
  }
  return max;
}
