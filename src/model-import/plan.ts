// Which graph files an import writes: `model.onnx` for every part, and where weights are stored as fp16 also `model_fp16.onnx` over the
// same data file, which computes in half precision: for GPU providers.
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
    text_encoder: variants(precision, (o) =>
      textEncoderGraph(new Weights('text encoder', textEncoder.tensors), textEncoder.clip, o),
    ),
    unet: variants(precision, (o) => unetGraph(new Weights('U-Net', unet.tensors), unet.options, o)),
    vae_encoder: variants(precision, (o) => vaeEncoderGraph(vaeWeights, vae.normGroups, o)),
    vae_decoder: variants(precision, (o) => vaeDecoderGraph(vaeWeights, vae.normGroups, o)),
  };
  vaeWeights.finish();
  if (checker) plan.safety_checker = planChecker(checker, precision);
  return plan;
}

/** Rounding must not move a safety score: the checker is stored as it came. */
export function planChecker({ tensors, clip }: SafetyCheckerNetwork, precision: Precision): Record<string, Graph> {
  const isHalf = [...tensors.values()].every(({ dtype }) => dtype === 'F16');
  const options: GraphOptions = { ...defaultGraphOptions, weights: isHalf ? precision : 'fp32' };
  return { 'model.onnx': safetyCheckerGraph(new Weights('safety checker', tensors), clip, options) };
}

function variants(weights: Precision, build: (options: GraphOptions) => Graph): Record<string, Graph> {
  const full = { 'model.onnx': build({ ...defaultGraphOptions, weights }) };
  if (weights === 'fp32') return full;
  return { ...full, 'model_fp16.onnx': build({ ...defaultGraphOptions, weights, compute: 'fp16' }) };
}
