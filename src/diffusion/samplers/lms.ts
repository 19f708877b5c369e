// Linear multistep (Adams-Bashforth) of order 4 over uneven sigmas, as in k-diffusion: the interpolating polynomial through the last
// predictions, integrated over the step.

import type { Sampler, Term } from './sampler.ts';
import { denoise, remember, sum } from './sampler.ts';

const order = 4;

export const lms: Sampler = async function* lms(run) {
  let { x } = run;
  let history: Float32Array[] = [];
  for (const [i, timestep] of run.timesteps.entries()) {
    const [sigma, next] = [run.sigmas[i]!, run.sigmas[i + 1]!];
    const eps = await run.predictNoise(x, sigma, timestep);
    history = remember(history, eps, order);
    const nodes = history.map((_, k) => run.sigmas[i - k]!);
    const denoised = denoise(x, sigma, eps);
    x = sum([1, x], ...history.map((past, k): Term => [integrateLagrange(nodes, k, sigma, next), past]));
    yield { x, sigma: next, denoised, step: i + 1, complete: true };
  }
};

/** The integral of the k-th Lagrange basis polynomial; two-point Gauss-Legendre is exact up to degree 3. */
function integrateLagrange(nodes: readonly number[], k: number, from: number, to: number): number {
  const half = (to - from) / 2;
  let total = 0;
  for (const point of [-1 / Math.sqrt(3), 1 / Math.sqrt(3)]) {
    const at = (from + to) / 2 + half * point;
    let product = 1;
    for (const [j, node] of nodes.entries()) if (j !== k) product *= (at - node) / (nodes[k]! - node);
    total += product * half;
  }
  return total;
}
