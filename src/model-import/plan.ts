// Which graph files an import writes: for every part `model.onnx`, and beside it variants that share its weights at no cost in bytes.
//   model_circular.onnx       borders wrap around, for pictures that tile (not the text encoder, not the checker)
//   model_fp16.onnx, model_fp16_circular.onnx   half-precision arithmetic for GPU providers, where weights are stored as fp16
import { safetyCheckerGraph } from './graphs/safety-checker.ts';
import { textEncoderGraph } from './graphs/text-encoder.ts';
import { unetGraph } from './graphs/unet.ts';
import { vaeDecoderGraph, vaeEncoderGraph } from './graphs/vae.ts';
import type { Networks, SafetyCheckerNetwork } from './networks.ts';
import { defaultGraphOptions, type Graph, type GraphOptions, type Precision } from './onnx/graph.ts';
import { Weights } from './weights.ts';

/** Folder -> file -> graph. Throws `checkpoint-unsupported` where the tensors are not those of Stable Diffusion v1. */
export function planGraphs(
  { textEncoder, unet, vae }: Networks,
  checker: SafetyCheckerNetwork | undefined,
  precision: Precision,
): Record<string, Record<string, Graph>> {
  const vaeWeights = new Weights('VAE', vae.tensors);
  const plan: Record<string, Record<string, Graph>> = {
    text_encoder: variants(precision, false, (o) =>
      textEncoderGraph(new Weights('text encoder', textEncoder.tensors), textEncoder.clip, o),
    ),
    unet: variants(precision, true, (o) => unetGraph(new Weights('U-Net', unet.tensors), unet.options, o)),
    vae_encoder: variants(precision, true, (o) => vaeEncoderGraph(vaeWeights, vae.normGroups, o)),
    vae_decoder: variants(precision, true, (o) => vaeDecoderGraph(vaeWeights, vae.normGroups, o)),
  };
  vaeWeights.finish();
  if (checker) {
    // Rounding must not move a safety score: the checker is stored as it came.
    const isHalf = [...checker.tensors.values()].every(({ dtype }) => dtype === 'F16');
    const options: GraphOptions = { ...defaultGraphOptions, weights: isHalf ? precision : 'fp32' };
    plan.safety_checker = {
      'model.onnx': safetyCheckerGraph(new Weights('safety checker', checker.tensors), checker.clip, options),
    };
  }
  return plan;
}

function variants(
  weights: Precision,
  canTile: boolean,
  build: (options: GraphOptions) => Graph,
): Record<string, Graph> {
  const files: Record<string, Graph> = {};
  for (const compute of weights === 'fp16' ? (['fp32', 'fp16'] as const) : (['fp32'] as const))
    for (const padding of canTile ? (['zeros', 'circular'] as const) : (['zeros'] as const)) {
      const name = `model${compute === 'fp16' ? '_fp16' : ''}${padding === 'circular' ? '_circular' : ''}.onnx`;
      files[name] = build({ ...defaultGraphOptions, weights, compute, padding });
    }
  return files;
}
