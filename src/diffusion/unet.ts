// The U-Net: noise in a latent at a timestep, given a text.

import { join } from 'node:path';
import type { RunnableNetwork } from './session.ts';
import type { Tensor } from './tensor.ts';

export const unetFile = join('unet', 'model.onnx');

/**
 * `sample` [b, 4, h/8, w/8] at unit variance, one timestep for all or one per item, `context` [b, 77 * k, d]
 * -> eps of the sample's shape.
 */
export async function predictNoise(
  unet: RunnableNetwork,
  sample: Tensor,
  timesteps: readonly number[],
  context: Tensor,
): Promise<Tensor> {
  const declared = unet.inputs.get('timestep')?.shape ?? [];
  const equal = timesteps.every((timestep) => timestep === timesteps[0]);
  const sent = equal ? timesteps.slice(0, 1) : timesteps; // Optimum's graphs take one for all, ours either
  const dims = declared.length === 0 ? [] : [sent.length];
  const inputs = { sample, timestep: { data: sent, dims }, encoder_hidden_states: context };
  const outputs = await unet.run(inputs, ['out_sample']);
  return outputs.out_sample!;
}
