// PyTorch's CPU generator: MT19937 (Matsumoto & Nishimura 1998) seeded from the low 32 bits, and torch.randn's two ways of making
// normal numbers from it, so that a seed gives the same start noise as `torch.Generator('cpu').manual_seed(seed)`.

const stateLength = 624;
const shift = 397;

export class TorchGenerator {
  readonly #state = new Uint32Array(stateLength);
  #next = stateLength;
  /** The sine half of the last scalar Box-Muller pair. */
  #spare: number | undefined;

  /** `seed`: an integer; its low 32 bits count. */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < stateLength; i++) {
      const previous = state[i - 1]!;
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** A uint32. */
  random(): number {
    if (this.#next === stateLength) this.#twist();
    let y = this.#state[this.#next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** `size` float32 numbers of N(0, 1), as torch.randn draws them: in blocks of 16 from 16 numbers on, else one by one in double. */
  randn(size: number): Float32Array {
    const values = new Float32Array(size);
    if (size < 16) {
      for (let i = 0; i < size; i++) values[i] = this.#normal();
      return values;
    }
    for (let i = 0; i < size; i++) values[i] = this.#uniform24();
    for (let i = 0; i + 16 <= size; i += 16) boxMuller16(values, i);
    if (size % 16 !== 0) {
      // torch draws the last 16 again when the size is no multiple of 16.
      for (let i = size - 16; i < size; i++) values[i] = this.#uniform24();
      boxMuller16(values, size - 16);
    }
    return values;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < stateLength; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % stateLength]! & 0x7fffffff);
      state[i] = state[(i + shift) % stateLength]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }

  /** 24 bits, [0, 1), exact in float32. */
  #uniform24(): number {
    return (this.random() & 0xffffff) / 2 ** 24;
  }

  /** 53 bits, [0, 1): the first draw is the high word. */
  #uniform53(): number {
    const high = this.random() & 0x1fffff;
    return (high * 2 ** 32 + this.random()) / 2 ** 53;
  }

  #normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    const angle = 2 * Math.PI * this.#uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniform53()));
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Turns 16 uniform numbers into normal ones in place: 8 radii from the first half, 8 angles from the second. */
function boxMuller16(values: Float32Array, offset: number): void {
  for (let i = offset; i < offset + 8; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - values[i]!));
    const angle = 2 * Math.PI * values[i + 8]!;
    values[i] = radius * Math.cos(angle);
    values[i + 8] = radius * Math.sin(angle);
  }
}
