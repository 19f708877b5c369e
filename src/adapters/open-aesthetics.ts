// An aesthetics head from its file: safetensors, or the published .pth, whose pickle is read by model-import's reader and run by nobody.
// Either the MLP with layers `layers.0`, `layers.2` … or a plain linear layer, `weight` and `bias`.

import { type AestheticsHead, foldHead, type LinearLayer } from '../diffusion/aesthetics.ts';
import { EaselError } from '../errors.ts';
import { type Checkpoint, openCheckpoint } from '../model-import/checkpoint.ts';
import { type LazyTensor, toFloat32 } from '../model-import/tensor.ts';

const weightName = /^(?:(?:.*\.)?(\d+)\.)?weight$/;
/** Of one weight: the published head's largest has 0.8 million. */
const mostElements = 2 ** 24;

async function floats(one: LazyTensor): Promise<Float32Array> {
  return toFloat32(await one.read(), one.dtype);
}

async function readLayer({ tensors, file }: Checkpoint, name: string): Promise<LinearLayer> {
  const weight = tensors.get(name) as LazyTensor;
  const bias = tensors.get(name.replace(/weight$/, 'bias'));
  const [outputs = 0, inputs = 0, ...more] = weight.shape;
  const isBias = !bias || (bias.shape.length === 1 && bias.shape[0] === outputs);
  if (more.length > 0 || inputs < 1 || outputs < 1 || inputs * outputs > mostElements || !isBias)
    throw new EaselError(
      'checkpoint-unsupported',
      `Expected a linear layer for ${name} in ${file} but found weights of [${weight.shape}]${bias ? ` and a bias of [${bias.shape}]` : ''}`,
    );
  return { weight: await floats(weight), bias: bias ? await floats(bias) : null, inputs, outputs };
}

/**
 * Reads a head. Throws `bad-config` where there is no such file, `checkpoint-unsupported` for another kind of network (also one with
 * normalisations between its layers), `checkpoint-damaged` or `checkpoint-unsafe`.
 */
export async function openAesthetics(path: string): Promise<AestheticsHead> {
  const checkpoint = await openCheckpoint(path).catch((cause: unknown) => {
    if (!(cause instanceof EaselError) || cause.code !== 'model-missing') throw cause;
    throw new EaselError(
      'bad-config',
      `Expected an aesthetics head for EASEL_AESTHETICS_FILE but ${path} cannot be read`,
      {
        cause,
      },
    );
  });
  try {
    const names = [...checkpoint.tensors.keys()];
    const weights = names.filter((name) => weightName.test(name));
    const order = (name: string) => Number(weightName.exec(name)?.[1] ?? 0);
    const known = new Set(weights.flatMap((name) => [name, name.replace(/weight$/, 'bias')]));
    const other = names.find((name) => !known.has(name));
    if (weights.length === 0 || other !== undefined)
      throw new EaselError(
        'checkpoint-unsupported',
        `Expected the weights of linear layers (layers.0.weight …, or weight) in ${path} but found ${other ?? 'none'}`,
      );
    const layers: LinearLayer[] = [];
    for (const name of weights.sort((a, b) => order(a) - order(b))) layers.push(await readLayer(checkpoint, name));
    return foldHead(layers, path);
  } finally {
    await checkpoint.close();
  }
}

/** @throws EaselError `bad-config` where the head was made for embeddings of another width than the checker's */
export function requireWidth(head: AestheticsHead, width: number, file: string, model: string): void {
  if (head.width === width) return;
  throw new EaselError(
    'bad-config',
    `Expected an aesthetics head for embeddings of ${width} numbers, as the safety checker of ${model} makes them, but ${file} reads ${head.width}: take another head, or leave EASEL_AESTHETICS_FILE out`,
  );
}
