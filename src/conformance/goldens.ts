// A file of golden tensors that remembers which were looked at: one that nothing was compared with is a failure.

import { join } from 'node:path';
import type { Tensor } from '../diffusion/tensor.ts';
import { tensor } from '../diffusion/tensor.ts';
import type { AreaContext, CaseResult } from './area.ts';
import { exact } from './area.ts';
import type { GoldenTensor } from './read.ts';
import { floats, numbers, readTensors } from './read.ts';

export class Goldens {
  readonly #tensors: ReadonlyMap<string, GoldenTensor>;
  readonly #used = new Set<string>();

  private constructor(tensors: ReadonlyMap<string, GoldenTensor>) {
    this.#tensors = tensors;
  }

  /** Claims and reads a safetensors file; undefined where the fixture folder has none. */
  static async open(context: AreaContext, path: string): Promise<Goldens | undefined> {
    if (!context.files.includes(path)) return undefined;
    context.claim(path);
    return new Goldens(await readTensors(join(context.fixturesDir, path)));
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** Names of all tensors that match, by their first group. */
  matching(pattern: RegExp): string[] {
    return [...this.#tensors.keys()].flatMap((name) => pattern.exec(name)?.[1] ?? []).sort();
  }

  /** An F32 tensor; throws where it is missing. */
  floats(name: string): Tensor {
    this.#used.add(name);
    return tensor(floats(this.#tensors, name), this.#tensors.get(name)?.shape ?? []);
  }

  /** The plain numbers of a tensor of any kind; none where it is missing. */
  numbers(name: string): ArrayLike<number> {
    this.#used.add(name);
    const found = this.#tensors.get(name);
    return found === undefined ? [] : numbers(found);
  }

  shape(name: string): readonly number[] {
    return this.#tensors.get(name)?.shape ?? [];
  }

  /** One failure per tensor that was never looked at. */
  *unused(area: string): Generator<CaseResult> {
    for (const name of this.#tensors.keys()) {
      if (!this.#used.has(name)) yield exact(area, name, false, 'no check knows this golden');
    }
  }
}
