// The four networks of a model, loaded when first needed. Full size they do not fit small machines together: with `one` a part is
// released before the next is loaded. A variant (merged LoRAs) brings some of the networks in a folder of its own; the model's own and those
// of the variant used last stay loaded, no more.

import { access } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
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

/** How many folders' networks of one name stay loaded with `all`. */
const mostOfOne = 2;

/** How many parts stay in memory between uses. */
export type KeepLoaded = 'all' | 'one';

/** How graphs are rewritten before they are loaded; asked each time. */
export type GraphChanges = Readonly<Partial<Record<PartName, (graph: Uint8Array) => Uint8Array>>>;

/** What imports with fp16 weights write beside each graph: the same network computing in half precision. */
const halfFile = 'model_fp16.onnx';

export class Parts {
  readonly #folder: string;
  readonly #options: NetworkOptions;
  readonly #keep: KeepLoaded;
  readonly #halfPrecision: boolean;
  readonly #changes: () => GraphChanges;
  /** By file, in order of use. */
  readonly #loaded = new Map<string, { readonly name: PartName; readonly network: Network }>();

  /** `halfPrecision` takes the graphs that compute in fp16 where the model has them. */
  constructor(
    folder: string,
    options: NetworkOptions,
    keep: KeepLoaded,
    halfPrecision = false,
    changes: () => GraphChanges = () => ({}),
  ) {
    this.#folder = folder;
    this.#options = options;
    this.#keep = keep;
    this.#halfPrecision = halfPrecision;
    this.#changes = changes;
  }

  /** `variant`: a folder whose network is taken where it has one. Throws `model-missing` or `model-damaged`. */
  async get(name: PartName, variant?: string): Promise<Network> {
    const file = await this.#fileOf(name, variant);
    const loaded = this.#loaded.get(file);
    if (loaded !== undefined) {
      this.#loaded.delete(file);
      this.#loaded.set(file, loaded);
      return loaded.network;
    }
    if (this.#keep === 'one') await this.release();
    const others = [...this.#loaded].filter(([, part]) => part.name === name);
    // The model's own comes back most often: of two, the variant goes.
    const leaving = others.length < mostOfOne ? undefined : (others.find(([path]) => !this.#isOwn(path)) ?? others[0]);
    if (leaving) {
      this.#loaded.delete(leaving[0]);
      await leaving[1].network.release();
    }
    const network = await Network.open(file, this.#options, this.#changes()[name]);
    this.#loaded.set(file, { name, network });
    return network;
  }

  async #fileOf(name: PartName, variant: string | undefined): Promise<string> {
    const folders = variant === undefined ? [this.#folder] : [variant, this.#folder];
    for (const folder of folders) {
      const full = join(folder, files[name]);
      const half = join(dirname(full), halfFile);
      if (this.#halfPrecision && (await isThere(half))) return half;
      if (folder === this.#folder || (await isThere(full))) return full;
    }
    return join(this.#folder, files[name]);
  }

  #isOwn(path: string): boolean {
    return path.startsWith(this.#folder + sep);
  }

  /** Default: all of them. */
  async release(only?: PartName): Promise<void> {
    for (const [file, { name, network }] of [...this.#loaded]) {
      if (only !== undefined && name !== only) continue;
      this.#loaded.delete(file);
      await network.release();
    }
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
