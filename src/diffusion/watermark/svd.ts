// The largest singular value of a 4x4 block with its two vectors, by one-sided Jacobi rotations (Hestenes 1958).

export interface SingularTriple {
  readonly value: number;
  /** Left vector, length 4 (rows). */
  readonly u: readonly number[];
  /** Right vector, length 4 (columns). */
  readonly v: readonly number[];
}

const size = 4;

/** `block` holds 16 numbers, row by row. A zero block has value 0 and zero `u`. */
export function topSingularTriple(block: ArrayLike<number>): SingularTriple {
  const a = Array.from({ length: size * size }, (_, i) => block[i]!);
  const v = Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < 30; sweep++) {
    let rotated = false;
    for (let p = 0; p < size - 1; p++) {
      for (let q = p + 1; q < size; q++) {
        let alpha = 0;
        let beta = 0;
        let gamma = 0;
        for (let i = 0; i < size; i++) {
          const x = a[i * size + p]!;
          const y = a[i * size + q]!;
          alpha += x * x;
          beta += y * y;
          gamma += x * y;
        }
        if (Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta) || gamma === 0) continue;
        rotated = true;
        const zeta = (beta - alpha) / (2 * gamma);
        const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        rotate(a, p, q, c, c * t);
        rotate(v, p, q, c, c * t);
      }
    }
    if (!rotated) break;
  }
  let best = 0;
  let value = -1;
  for (let j = 0; j < size; j++) {
    const norm = Math.hypot(a[j]!, a[size + j]!, a[2 * size + j]!, a[3 * size + j]!);
    if (norm > value) {
      value = norm;
      best = j;
    }
  }
  const column = (m: readonly number[]) => [0, 1, 2, 3].map((i) => m[i * size + best]!);
  return { value, u: column(a).map((x) => (value > 0 ? x / value : 0)), v: column(v) };
}

function rotate(m: number[], p: number, q: number, c: number, s: number): void {
  for (let i = 0; i < size; i++) {
    const x = m[i * size + p]!;
    const y = m[i * size + q]!;
    m[i * size + p] = c * x - s * y;
    m[i * size + q] = s * x + c * y;
  }
}
