// Writes a PyTorch checkpoint of random weights in the zip form of torch.save, tensor by tensor: large test files without PyTorch.
import { open } from 'node:fs/promises';
import { PickleWriter } from './pickle-writer.ts';
import { RandomWeights } from './random-weights.ts';
import type { Shapes } from './sd-v1-shapes.ts';
import { ZipWriter } from './zip-writer.ts';

export interface RandomCheckpointOptions {
  seed?: number;
  /** Write 64-bit zip fields even where the file is small. */
  forceZip64?: boolean;
}

/** Returns the file's size. An existing file is replaced. */
export async function writeRandomCheckpoint(
  path: string,
  shapes: Shapes,
  options: RandomCheckpointOptions = {},
): Promise<number> {
  const handle = await open(path, 'w');
  try {
    const zip = new ZipWriter(handle, options.forceZip64 ?? false);
    await zip.add('archive/data.pkl', stateDictPickle(shapes));
    await zip.add('archive/byteorder', Buffer.from('little'));
    const random = new RandomWeights(options.seed);
    let key = 0;
    for (const [name, shape] of shapes) {
      const values = random.next(name, shape);
      await zip.add(`archive/data/${key++}`, new Uint8Array(values.buffer));
    }
    await zip.add('archive/version', Buffer.from('3\n'));
    return await zip.finish();
  } finally {
    await handle.close();
  }
}

/** {'state_dict': {name: tensor}}, protocol 2. */
function stateDictPickle(shapes: Shapes): Uint8Array {
  const p = new PickleWriter();
  p.raw('\x80\x02}').text('state_dict').raw('}(');
  let key = 0;
  for (const [name, shape] of shapes) {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
    p.text(name)
      .raw('ctorch._utils\n_rebuild_tensor_v2\n((')
      .text('storage')
      .raw('ctorch\nFloatStorage\n')
      .text(`${key++}`);
    p.text('cpu')
      .number(shape.reduce((product, length) => product * length, 1))
      .raw('tQ')
      .number(0);
    p.tuple(shape).tuple(strides).raw('\x89ccollections\nOrderedDict\n)RtR');
  }
  return p.raw('us.').bytes();
}
