// a · b on the CPU by ONNX Runtime: tens of times as fast as a loop in JavaScript, for arithmetic on weights.

import * as ort from 'onnxruntime-node';

/** y = MatMul(a, b) over [m, k] and [k, n], opset 17, as an ONNX file. */
const graph = Buffer.from(
  'CAg6ZAoUCgFhCgFiEgF5GgF5IgZNYXRNdWwSB3Byb2R1Y3RaFQoBYRIQCg4IARIKCgMSAW0KAxIBa1oVCgFiEhAKDggBEgoKAxIBawoDEgFuYhUKAXkSEAoOCAESCgoDEgFtCgMSAW5CAhAR',
  'base64',
);

export interface MatrixProduct {
  /** a [m, k] times b [k, n] -> [m, n], C order. */
  run(a: Float32Array, b: Float32Array, sizes: { m: number; k: number; n: number }): Promise<Float32Array>;
  close(): Promise<void>;
}

export async function openMatrixProduct(): Promise<MatrixProduct> {
  const session = await ort.InferenceSession.create(graph, { executionProviders: ['cpu'] });
  return {
    async run(a, b, { m, k, n }) {
      const feeds = { a: new ort.Tensor('float32', a, [m, k]), b: new ort.Tensor('float32', b, [k, n]) };
      const { y } = await session.run(feeds);
      return (y as ort.TypedTensor<'float32'>).data;
    },
    close: () => session.release(),
  };
}
