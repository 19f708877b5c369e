// UniPC: Zhao et al. 2023 (arXiv 2302.04867), order 2, B(h) = exp(h) - 1, on the predicted picture. Each network call first corrects
// the step that led to it, then predicts the next.

import type { Sampler } from './sampler.ts';
import { denoise, lambda, sum } from './sampler.ts';

export const unipc: Sampler = async function* unipc(run) {
  const steps = run.timesteps.length;
  const { sigmas } = run;
  let { x } = run;
  let from = x; // where the last prediction started
  let pictures: Float32Array[] = []; // newest first
  let order = 1;
  for (const [i, timestep] of run.timesteps.entries()) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = denoise(x, sigma, await run.predictNoise(x, sigma, timestep));
    if (i > 0) x = correct(from, denoised, pictures, sigmas.slice(Math.max(0, i - 2), i + 1), order);
    from = x;
    order = Math.min(2, i + 1, steps - i);
    const base = sum([next / sigma, x], [1 - next / sigma, denoised]);
    const older = pictures[0];
    if (order === 2 && older !== undefined) {
      const ratio = (lambda(sigmas[i - 1]!) - lambda(sigma)) / (lambda(next) - lambda(sigma));
      const weight = ((1 - next / sigma) * 0.5) / ratio;
      x = sum([1, base], [weight, older], [-weight, denoised]);
    } else {
      x = base;
    }
    pictures = [denoised, ...pictures].slice(0, 2);
    yield { x, sigma: next, denoised, step: i + 1, complete: true };
  }
};

/** UniC: the step into the newest picture again, now that this picture is known. `sigmas` ends with the sigma arrived at. */
function correct(
  from: Float32Array,
  arrived: Float32Array,
  pictures: readonly Float32Array[],
  sigmas: readonly number[],
  order: number,
): Float32Array {
  const [sigma, start] = [sigmas[sigmas.length - 1]!, sigmas[sigmas.length - 2]!];
  const [newest, older] = pictures;
  const h = lambda(sigma) - lambda(start);
  const shrink = Math.expm1(-h);
  // phi functions of the paper's equation 9 over B(h)
  const first = (shrink / -h - 1) / shrink;
  const second = (2 * ((shrink / -h - 1) / -h - 0.5)) / shrink;
  const base = sum([sigma / start, from], [-shrink, newest!]);
  if (order === 1 || older === undefined) {
    return sum([1, base], [-shrink * 0.5, arrived], [shrink * 0.5, newest!]);
  }
  const ratio = (lambda(sigmas[sigmas.length - 3]!) - lambda(start)) / h;
  const weightOld = (first - second) / (1 - ratio) / ratio; // solves [[1, 1], [ratio, 1]] rho = [first, second], over ratio
  const weightNew = first - weightOld * ratio;
  return sum(
    [1, base],
    [-shrink * weightOld, older],
    [-shrink * weightNew, arrived],
    [shrink * (weightOld + weightNew), newest!],
  );
}
