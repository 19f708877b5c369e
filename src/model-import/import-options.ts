// What an import can be told, and what it tells while it runs.
import type { ModelDefaults } from '../jobs/model-defaults.ts';
import type { Precision } from './onnx/graph.ts';

export interface ImportProgress {
  /** What is being worked on, for a progress bar. */
  step: 'reading the source' | 'text_encoder' | 'unet' | 'vae_encoder' | 'vae_decoder' | 'safety_checker';
  /** Bytes of all steps. */
  done: number;
  total: number;
}

export interface ImportOptions {
  /** A .safetensors or .ckpt file, a diffusers folder, or an ONNX folder as Optimum exports it. */
  source: string;
  /** The model folder to make. */
  outDir: string;
  /** How weights are stored; `fp16` halves the disk space. Default fp32. */
  precision?: Precision;
  /** Take the averaged U-Net weights of a checkpoint. Default false. */
  ema?: boolean;
  /** A diffusers folder's weight variant, such as `fp16` or `non_ema`. */
  variant?: string;
  /** Folder with vocab.json and merges.txt; by default the source's own, else CLIP's. */
  tokenizer?: string;
  /** Folder or file of the safety checker; by default the source's own. */
  safetyChecker?: string;
  /** Side in pixels of the pictures a single-file model was trained on, a multiple of 8. Default: the source's own, else 512. */
  nativeSize?: number;
  /** What the model paints with where nobody says otherwise. Default: of a folder that was imported before, what it knew; else nothing. */
  defaults?: ModelDefaults;
  /** SHA-256 over what lies beside the source, to be found in the manifest again. */
  companions?: string;
  /** Replace `outDir` if it exists. Default false. */
  replace?: boolean;
  /** Shown to people; by default the source's name without its extension. */
  name?: string;
  /** Where the source came from, for the manifest; by default its file name. */
  sourceName?: string;
  signal?: AbortSignal;
  onProgress?: (progress: ImportProgress) => void;
}
