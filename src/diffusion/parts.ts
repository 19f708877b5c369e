// The four networks of a model, loaded when first needed. Full size they do not fit small machines together: with `one` a part is
// released before the next is loaded.

import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NetworkOptions } from './session.ts';
import { Network } from './session.ts';
import { textEncoderFile } from './text-encoder.ts';
import { unetFile } from './unet.ts';
import { vaeDecoderFile, vaeEncoderFile } from './vae.ts';

const files = {
  textEncoder: textEncoderFile,
  unet: unetFile,
  vaeEncoder: vaeEncoderFile,
  vaeDecoder: vaeDecoderFile,
} as const;

export type PartName = keyof typeof files;

/** How many parts stay in memory between uses. */
export type KeepLoaded = 'all' | 'one';

/** What imports with fp16 weights write beside each graph: the same network computing in half precision. */
const halfFile = 'model_fp16.onnx';

export class Parts {
  readonly #folder: string;
  readonly #options: NetworkOptions;
  readonly #keep: KeepLoaded;
  readonly #halfPrecision: boolean;
  readonly #loaded = new Map<PartName, Network>();

  /** `halfPrecision` takes the graphs that compute in fp16 where the model has them. */
  constructor(folder: string, options: NetworkOptions, keep: KeepLoaded, halfPrecision = false) {
    this.#folder = folder;
    this.#options = options;
    this.#keep = keep;
    this.#halfPrecision = halfPrecision;
  }

  /** Throws `model-missing` or `model-damaged`. */
  async get(name: PartName): Promise<Network> {
    const loaded = this.#loaded.get(name);
    if (loaded !== undefined) return loaded;
    if (this.#keep === 'one') await this.release();
    const network = await Network.open(await this.#fileOf(name), this.#options);
    this.#loaded.set(name, network);
    return network;
  }

  async #fileOf(name: PartName): Promise<string> {
    const full = join(this.#folder, files[name]);
    if (!this.#halfPrecision) return full;
    const half = join(dirname(full), halfFile);
    return access(half).then(
      () => half,
      () => full,
    );
  }

  async release(): Promise<void> {
    const networks = [...this.#loaded.values()];
    this.#loaded.clear();
    for (const network of networks) await network.release();
  }
}
