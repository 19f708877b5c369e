// What the serving thread and the inference thread say to each other. Everything survives a structured clone.

import type { AdapterOptions } from '../adapters/open-adapters.ts';
import type { ErrorCode } from '../errors.ts';
import type { ModelDefaults } from '../jobs/model-defaults.ts';
import type { Inspection, ModelInfo, PaintEvent, PaintInput, SafetyPolicy } from './engine.ts';

/** How the inference thread opens its model. */
export interface EngineOptions {
  /** Imported model folder, with what its manifest says. */
  readonly model: {
    readonly path: string;
    readonly name: string;
    readonly hash: string;
    readonly defaults?: ModelDefaults;
  };
  readonly provider: 'auto' | 'cpu' | 'cuda' | 'tensorrt' | 'webgpu' | 'dml' | 'coreml';
  /** Threads of one operator; 0 lets the runtime decide. */
  readonly threads: number;
  /** Which GPU, counted from 0. */
  readonly deviceId?: number;
  /** `one` keeps one network in memory at a time. */
  readonly keepLoaded?: 'all' | 'one';
  /** Loads three times as fast, runs 5 % slower: for short jobs. */
  readonly quickLoad?: boolean;
  /** Folders of LoRAs and of the model's variants with them merged. Default: none. */
  readonly adapters?: AdapterOptions;
  /** File of an aesthetics head for the checker's embeddings. Default: no scores. */
  readonly aesthetics?: string;
  /** Stands in the provenance manifest and in the `parameters` text. */
  readonly softwareVersion: string;
  /** Signs provenance manifests, when the operator has a certificate. */
  readonly provenance?: { readonly certificatePem: string; readonly keyPem: string };
  /** Certificates of authorities whose provenance signatures count as known. */
  readonly trustPem?: string;
}

export type ToThread =
  | { readonly type: 'paint'; readonly id: number; readonly input: PaintInput }
  | { readonly type: 'inspect'; readonly id: number; readonly bytes: Uint8Array; readonly safety: SafetyPolicy }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'close' };

/** An EaselError taken apart for the journey. */
export interface CarriedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly userMessage?: string;
  readonly retryable: boolean;
  readonly stack?: string;
}

export type FromThread =
  | { readonly type: 'ready'; readonly model: ModelInfo; readonly warnings: readonly string[] }
  | { readonly type: 'event'; readonly id: number; readonly event: PaintEvent }
  | { readonly type: 'end'; readonly id: number }
  | { readonly type: 'inspection'; readonly id: number; readonly inspection: Inspection }
  | { readonly type: 'failed'; readonly id: number | null; readonly error: CarriedError }
  /** LoRAs or embeddings came or went. */
  | { readonly type: 'model'; readonly model: ModelInfo }
  /** Something that the log should know. */
  | { readonly type: 'warning'; readonly sentence: string }
  | { readonly type: 'closed' };
