// Complex fast Fourier transform of power-of-two length (Cooley-Tukey), rows and columns, in place.

interface Plan {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  readonly reversed: Uint32Array;
}

const plans = new Map<number, Plan>();

function planFor(n: number): Plan {
  const known = plans.get(n);
  if (known) return known;
  const bits = Math.log2(n);
  const reversed = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    let r = 0;
    for (let b = 0; b < bits; b++) r |= ((i >> b) & 1) << (bits - 1 - b);
    reversed[i] = r;
  }
  const plan = {
    cos: Float64Array.from({ length: n / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / n)),
    sin: Float64Array.from({ length: n / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / n)),
    reversed,
  };
  plans.set(n, plan);
  return plan;
}

/** Forward transform (e^-i) of `n` values spaced `step` apart from `start`. For the inverse swap re and im and divide by n. */
function transformLine(
  re: Float64Array,
  im: Float64Array,
  start: number,
  step: number,
  n: number,
  line: Float64Array,
): void {
  const { cos, sin, reversed } = planFor(n);
  for (let i = 0; i < n; i++) {
    const from = start + reversed[i]! * step;
    line[2 * i] = re[from]!;
    line[2 * i + 1] = im[from]!;
  }
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let block = 0; block < n; block += 2 * half) {
      for (let k = 0; k < half; k++) {
        const c = cos[k * stride]!;
        const s = sin[k * stride]!;
        const a = 2 * (block + k);
        const b = a + 2 * half;
        const x = line[b]! * c - line[b + 1]! * s;
        const y = line[b]! * s + line[b + 1]! * c;
        line[b] = line[a]! - x;
        line[b + 1] = line[a + 1]! - y;
        line[a]! += x;
        line[a + 1]! += y;
      }
    }
  }
  for (let i = 0; i < n; i++) {
    const to = start + i * step;
    re[to] = line[2 * i]!;
    im[to] = line[2 * i + 1]!;
  }
}

/** Forward transform of a square of side n (a power of two), in place. */
export function fft2d(re: Float64Array, im: Float64Array, n: number): void {
  const line = new Float64Array(2 * n);
  for (let y = 0; y < n; y++) transformLine(re, im, y * n, 1, n, line);
  for (let x = 0; x < n; x++) transformLine(re, im, x, n, n, line);
}
