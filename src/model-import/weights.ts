// The tensors of one network while its graph is built: every name asked for must be there with a fitting shape, and every one that is
// there must have been asked for, so that no checkpoint is half understood.
import { unsupported } from './byte-source.ts';
import type { TensorMap } from './key-map.ts';
import type { LazyTensor } from './tensor.ts';

export class Weights {
  readonly #tensors: TensorMap;
  readonly #used: Set<string>;
  readonly #path: string;
  readonly #network: string;

  constructor(network: string, tensors: TensorMap, path = '', used = new Set<string>()) {
    this.#network = network;
    this.#tensors = tensors;
    this.#path = path;
    this.#used = used;
  }

  /** The same tensors seen from below `name`. */
  in(name: string | number): Weights {
    return new Weights(this.#network, this.#tensors, `${this.#path}${name}.`, this.#used);
  }

  /** Whether any tensor lies at or below `name`. */
  has(name: string): boolean {
    const full = this.#path + name;
    if (this.#tensors.has(full)) return true;
    for (const key of this.#tensors.keys()) if (key.startsWith(`${full}.`)) return true;
    return false;
  }

  /** How many of `name.0`, `name.1`, ... there are. */
  count(name: string): number {
    let count = 0;
    while (this.has(`${name}.${count}`)) count++;
    return count;
  }

  /** The tensor, with `rank` axes. Throws `checkpoint-unsupported` where it is missing or has another rank. */
  get(name: string, rank: number): LazyTensor {
    const tensor = this.optional(name);
    if (!tensor)
      throw unsupported(
        `Expected ${this.#path}${name} in the ${this.#network} of a Stable Diffusion v1 model but it is missing`,
      );
    if (tensor.shape.length !== rank)
      throw unsupported(
        `Expected ${rank} axes for ${this.#path}${name} of the ${this.#network} but found shape [${tensor.shape}]`,
      );
    return tensor;
  }

  optional(name: string): LazyTensor | undefined {
    const tensor = this.#tensors.get(this.#path + name);
    if (tensor) this.#used.add(this.#path + name);
    return tensor;
  }

  /** Throws `checkpoint-unsupported` if a tensor below this point was never used. */
  finish(): void {
    const unused = [...this.#tensors.keys()].filter((name) => name.startsWith(this.#path) && !this.#used.has(name));
    if (unused.length > 0)
      throw unsupported(
        `Expected the ${this.#network} of a Stable Diffusion v1 model but found ${unused.length} tensors that it does not have, such as ${unused[0]}`,
      );
  }
}
