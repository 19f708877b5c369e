// Random weights as a network is initialised: N(0, 1 / fan in) for matrices and kernels, about 1 for scales, about 0 for biases.
// One block of normal numbers of prime length is repeated: drawing a billion would take longer than the benchmark.

const blockLength = 1_000_003;
/** Text towers of CLIP start from N(0, 0.02^2) embeddings. */
const embeddingDeviation = 0.02;

export class RandomWeights {
  readonly #block: Float32Array;
  #at = 0;

  constructor(seed = 1) {
    this.#block = normals(blockLength, seed);
  }

  /** The next tensor; the name tells scales and biases from matrices. */
  next(name: string, shape: readonly number[]): Float32Array {
    const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
    for (let done = 0; done < values.length; ) {
      const part = this.#block.subarray(this.#at, this.#at + values.length - done);
      values.set(part, done);
      done += part.length;
      this.#at = (this.#at + part.length) % blockLength;
    }
    const isVector = shape.length === 1;
    const fanIn = shape.slice(1).reduce((product, length) => product * length, 1);
    const deviation = isVector ? 0.1 : name.includes('embedding.weight') ? embeddingDeviation : fanIn ** -0.5;
    const mean = isVector && name.endsWith('weight') ? 1 : 0;
    for (let i = 0; i < values.length; i++) values[i] = mean + deviation * (values[i] ?? 0);
    return values;
  }
}

/** Box-Muller over a 32-bit xorshift. */
function normals(count: number, seed: number): Float32Array {
  let state = seed >>> 0 || 1;
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return values;
}
