// Bicubic resampling of a plane of floats, the support widened when shrinking; for bringing a picture back to the scale of its mark.

import type { Plane } from './trace-analysis.ts';

export function resamplePlane(plane: Plane, width: number, height: number): Plane {
  const rows = resampleWidth(plane, width);
  return transpose(resampleWidth(transpose(rows), height));
}

function resampleWidth({ width, height, values }: Plane, target: number): Plane {
  if (target === width) return { width, height, values };
  const scale = width / target;
  const stretch = Math.max(1, scale);
  const taps = Math.ceil(4 * stretch) + 1;
  const out = new Float32Array(target * height);
  const weights = new Float64Array(taps);
  for (let x = 0; x < target; x++) {
    const centre = (x + 0.5) * scale - 0.5;
    const first = Math.ceil(centre - 2 * stretch);
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += weights[k] = cubic((first + k - centre) / stretch);
    for (let k = 0; k < taps; k++) {
      const weight = weights[k]! / sum;
      if (weight === 0) continue;
      const from = Math.max(0, Math.min(width - 1, first + k));
      for (let y = 0; y < height; y++) out[y * target + x]! += weight * values[y * width + from]!;
    }
  }
  return { width: target, height, values: out };
}

function transpose({ width, height, values }: Plane): Plane {
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[x * height + y] = values[y * width + x]!;
  return { width: height, height: width, values: out };
}

/** Keys' kernel with a = -0.5. */
function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}
