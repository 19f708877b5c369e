// The networks of a model, wherever it came from: tensors in our names plus the few numbers that no shape shows.
import {
  CLIP_VOCABULARY,
  LATENT_SCALE,
  NORM_GROUPS,
  TEXT_HEADS,
  UNET_HEADS,
  VISION_HEADS,
} from '../diffusion/architecture.ts';
import { unsupported } from './byte-source.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { ClipOptions } from './graphs/clip-layers.ts';
import type { UnetOptions } from './graphs/unet.ts';
import { requireStableDiffusion1 } from './identify.ts';
import {
  prefixes,
  type TensorMap,
  takePrefix,
  textEncoderFromDiffusers,
  unetFromCompVis,
  vaeFromCompVis,
  withMovingAverage,
} from './key-map.ts';

export interface TextEncoderNetwork {
  tensors: TensorMap;
  clip: ClipOptions;
}
export interface UnetNetwork {
  tensors: TensorMap;
  options: UnetOptions;
  /** Side in latent cells of the pictures it was trained on. */
  sampleSize: number;
}
export interface VaeNetwork {
  tensors: TensorMap;
  normGroups: number;
  /** Latents are multiplied by this after encoding. */
  scaleFactor: number;
}
export interface SafetyCheckerNetwork {
  tensors: TensorMap;
  clip: ClipOptions;
}
export interface Networks {
  textEncoder: TextEncoderNetwork;
  unet: UnetNetwork;
  vae: VaeNetwork;
}

/** What SD v1's own configuration says and single files do not. */
export const v1Unet: UnetOptions = {
  heads: [UNET_HEADS],
  normGroups: NORM_GROUPS,
  normEpsilon: 1e-5,
  isCosineFirst: true,
  frequencyShift: 0,
};
export const v1SampleSize = 64;
export const v1Text: ClipOptions = { heads: TEXT_HEADS, activation: 'quick_gelu', epsilon: 1e-5 };
export const v1Vision: ClipOptions = { heads: VISION_HEADS, activation: 'quick_gelu', epsilon: 1e-5 };
export const v1Vae = { normGroups: NORM_GROUPS, scaleFactor: LATENT_SCALE } as const;

/**
 * The networks of a CompVis checkpoint. `ema` takes the averaged weights of the U-Net. Throws `checkpoint-unsupported` for another kind of
 * model or where averaged weights are asked for and missing.
 */
export function networksOfCheckpoint({ file, tensors, topLevel }: Checkpoint, ema: boolean): Networks {
  requireStableDiffusion1(file, tensors, topLevel);
  const chosen = ema ? averaged(file, tensors) : tensors;
  return {
    textEncoder: { tensors: textEncoderFromDiffusers(takePrefix(chosen, prefixes.textEncoder)), clip: v1Text },
    unet: { tensors: unetFromCompVis(takePrefix(chosen, prefixes.unet)), options: v1Unet, sampleSize: v1SampleSize },
    vae: { tensors: vaeFromCompVis(takePrefix(chosen, prefixes.vae)), ...v1Vae },
  };
}

function averaged(file: string, tensors: TensorMap): TensorMap {
  const average = withMovingAverage(tensors);
  if (average.found < average.of)
    throw unsupported(
      `Expected averaged (EMA) weights for all ${average.of} tensors of the U-Net in ${file} but found ${average.found}: import it without --ema`,
    );
  return average.tensors;
}

/** Whether the text encoder has as many words as CLIP, so that CLIP's own tokenizer fits. */
export function usesClipVocabulary({ tensors }: TextEncoderNetwork): boolean {
  return tensors.get('embeddings.token_embedding.weight')?.shape[0] === CLIP_VOCABULARY;
}
