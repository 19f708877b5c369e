import { existsSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PickleWriter } from '../../src/bench/pickle-writer.ts';
import { writeRandomCheckpoint } from '../../src/bench/random-checkpoint.ts';
import { RandomWeights } from '../../src/bench/random-weights.ts';
import { ZipWriter } from '../../src/bench/zip-writer.ts';
import { openCheckpoint } from '../../src/model-import/checkpoint.ts';
import { fixturePath, fixturesNote, fixtureTensors, hasFixtures } from '../support/fixtures.ts';
import { failure, temporaryFolder, values } from './files.ts';

const folder = temporaryFolder();
const storage = Float32Array.from({ length: 24 }, (_, i) => i);

/** `name: tensor` over storage 0 with 24 floats. */
function view(p: PickleWriter, name: string, offset: number, shape: number[], strides: number[]): void {
  p.text(name).raw('ctorch._utils\n_rebuild_tensor_v2\n((').text('storage').raw('ctorch\nFloatStorage\n').text('0');
  p.text('cpu').number(24).raw('tQ').number(offset).tuple(shape).tuple(strides);
  p.raw('\x89ccollections\nOrderedDict\n)RtR');
}

const views = (p: PickleWriter): void => {
  view(p, 'plain', 0, [4, 6], [6, 1]);
  view(p, 'offset', 6, [2, 6], [6, 1]);
  view(p, 'transposed', 0, [6, 4], [1, 6]);
  view(p, 'columns', 1, [4, 3], [6, 2]);
  view(p, 'expanded', 5, [2, 3], [0, 0]);
  view(p, 'empty', 0, [0, 6], [6, 1]);
  view(p, 'scalar', 7, [], []);
};
const expectedViews: Record<string, number[]> = {
  plain: [...storage],
  offset: [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17],
  transposed: [0, 6, 12, 18, 1, 7, 13, 19, 2, 8, 14, 20, 3, 9, 15, 21, 4, 10, 16, 22, 5, 11, 17, 23],
  columns: [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23],
  expanded: [5, 5, 5, 5, 5, 5],
  empty: [],
  scalar: [7],
};

async function zipFile(
  name: string,
  pickle: Uint8Array,
  data: Uint8Array = new Uint8Array(storage.buffer),
): Promise<string> {
  const path = join(folder, name);
  const handle = await open(path, 'w');
  const zip = new ZipWriter(handle, false);
  await zip.add('archive/data.pkl', pickle);
  await zip.add('archive/data/0', data);
  await zip.finish();
  await handle.close();
  return path;
}

const dict = (fill: (p: PickleWriter) => void): Uint8Array => {
  const p = new PickleWriter().raw('\x80\x02}(');
  fill(p);
  return p.raw('u.').bytes();
};

/** Torch's older form: magic, protocol, system, object, storage keys, then the storages. */
async function legacyFile(name: string, object: Uint8Array): Promise<string> {
  const head = new PickleWriter()
    .raw('\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.')
    .raw('\x80\x02M\xe9\x03.');
  head.raw('\x80\x02}(').text('little_endian').raw('\x88u.');
  const keys = new PickleWriter().raw('\x80\x02](').text('0').raw('e.').bytes();
  const count = Buffer.alloc(8);
  count.writeBigInt64LE(24n);
  const path = join(folder, name);
  await writeFile(path, Buffer.concat([head.bytes(), object, keys, count, new Uint8Array(storage.buffer)]));
  return path;
}

describe('PyTorch checkpoints', () => {
  it.each([
    ['the zip form', () => zipFile('views.ckpt', dict(views))],
    ['the older form', () => legacyFile('legacy.ckpt', dict(views))],
  ])('reads views of a shared storage from %s', async (_, make) => {
    const checkpoint = await openCheckpoint(await make());
    for (const [name, expected] of Object.entries(expectedViews))
      expect(await values(checkpoint.tensors.get(name)), name).toEqual(expected);
    expect(await values(checkpoint.tensors.get('transposed'), 3, 6)).toEqual([18, 1, 7]);
    expect(await values(checkpoint.tensors.get('offset'), 2, 4)).toEqual([8, 9]);
    await checkpoint.close();
  });

  it('reads archives with 64-bit offsets', async () => {
    const shapes = new Map([
      ['first.weight', [3, 5]],
      ['second.weight', [7]],
    ]);
    const path = join(folder, 'zip64.ckpt');
    await writeRandomCheckpoint(path, shapes, { seed: 3, forceZip64: true });
    const checkpoint = await openCheckpoint(path);
    const random = new RandomWeights(3);
    for (const [name, shape] of shapes)
      expect(await values(checkpoint.tensors.get(name))).toEqual([...random.next(name, shape)]);
    await checkpoint.close();
  });

  it('takes the state dict and tolerates a class that is only named, as in the published files', async () => {
    const path = await zipFile(
      'lightning.ckpt',
      dict((p) => {
        p.text('callbacks').raw('}cpytorch_lightning.callbacks.model_checkpoint\nModelCheckpoint\n}s');
        p.text('lr').raw('cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(').text('f8').raw('tRtR');
        p.text('state_dict').raw('}(');
        view(p, 'w', 0, [2], [1]);
        p.raw('u}').text('_metadata').raw('}sb');
      }),
    );
    const checkpoint = await openCheckpoint(path);
    expect([...checkpoint.tensors.keys()]).toEqual(['w']);
    expect(checkpoint.topLevel).toEqual(['callbacks', 'lr', 'state_dict']);
    await checkpoint.close();
  });

  it('reads a tensor with attributes of its own, and leaves out what no weight is made of', async () => {
    const path = await zipFile(
      'odd-members.ckpt',
      dict((p) => {
        p.text('w').raw(
          'ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\nctorch\nTensor\n((',
        );
        p.text('storage').raw('ctorch\nFloatStorage\n').text('0').text('cpu').number(24).raw('tQ').number(3);
        p.tuple([2]).tuple([1]).raw('\x89ccollections\nOrderedDict\n)Rt}tR');
        p.text('spectrum')
          .raw('ctorch._utils\n_rebuild_tensor_v2\n((')
          .text('storage')
          .raw('ctorch\nComplexFloatStorage\n');
        p.text('1').text('cpu').number(4).raw('tQ').number(0).tuple([4]).tuple([1]);
        p.raw('\x89ccollections\nOrderedDict\n)RtR');
        p.text('counts')
          .raw('ccollections\nCounter\n(}tR')
          .text('from')
          .raw('cpathlib\nPosixPath\n(')
          .text('a')
          .raw('tR');
      }),
    );
    const checkpoint = await openCheckpoint(path);
    expect([...checkpoint.tensors.keys()]).toEqual(['w']);
    expect(await values(checkpoint.tensors.get('w'))).toEqual([3, 4]);
    await checkpoint.close();
  });

  it('refuses numbers of a format it does not know instead of reading them as bytes', async () => {
    const pickle = dict((p) => {
      p.text('w').raw('ctorch._utils\n_rebuild_tensor_v3\n((').text('storage').raw('ctorch.storage\nUntypedStorage\n');
      p.text('0').text('cpu').number(96).raw('tQ').number(0).tuple([4]).tuple([1]);
      p.raw('\x89ccollections\nOrderedDict\n)Rctorch\nfloat8_e4m3fn\ntR');
    });
    const text = await failure(openCheckpoint(await zipFile('float8.ckpt', pickle)));
    expect(text).toMatch(/^checkpoint-unsupported: .*torch\.float8_e4m3fn/);
  });

  const trace = join(folder, 'EXECUTED');
  it.each([
    ['calls os.system', `cposix\nsystem\n(X\x2c\x00\x00\x00${'touch EXECUTED'.padEnd(44)}tR`, 'posix.system'],
    ['calls eval by INST', `(X\x01\x00\x00\x001ibuiltins\neval\n`, 'builtins.eval'],
    ['calls by OBJ', `(cbuiltins\nexec\nX\x01\x00\x00\x001o`, 'builtins.exec'],
    ['makes an object', 'csubprocess\nPopen\n)\x81', 'subprocess.Popen'],
    ['makes an object with keywords', 'csubprocess\nPopen\n)}\x92', 'subprocess.Popen'],
    ['changes a class', 'cos\nenviron\n}b', 'os.environ'],
    ['names the callee on the stack', 'X\x02\x00\x00\x00osX\x06\x00\x00\x00system\x93)R', 'os.system'],
    ['loads nested bytes', 'ctorch.storage\n_load_from_bytes\n(X\x01\x00\x00\x001tR', 'torch.storage._load_from_bytes'],
    ['reaches for attributes', 'cbuiltins\ngetattr\n(X\x01\x00\x00\x001tR', 'builtins.getattr'],
    ['calls what it computed', 'ccollections\nOrderedDict\n)R)R', 'something computed'],
  ])('refuses a pickle that %s and runs nothing', async (_, code, callee) => {
    for (const path of [
      await zipFile(
        'bad.ckpt',
        dict((p) => p.text('x').raw(code)),
      ),
      await legacyFile(
        'bad-legacy.ckpt',
        dict((p) => p.text('x').raw(code)),
      ),
    ]) {
      const text = await failure(openCheckpoint(path));
      expect(text).toMatch(/^checkpoint-unsafe: Expected only tensors/);
      expect(text).toContain(callee);
    }
    expect(existsSync(trace)).toBe(false);
  });

  it.each([
    ['an unknown opcode', '\x80\x02\xff.', /opcode 0xff/],
    ['an empty stack', '\x80\x02.', /stack ran empty/],
    ['a missing mark', '\x80\x02e.', /mark was missing|stack ran empty/],
    ['a memo that was never set', '\x80\x02h\x05.', /memo 5/],
    ['an extension opcode', '\x80\x02\x82\x01.', /opcode 0x82/],
    ['a text longer than the pickle', '\x80\x02X\xff\xff\xff\x7fabc.', /ends early/],
    ['an early end', '\x80\x02}', /ends early/],
  ])('reports %s as damage', async (_, pickle, message) => {
    const text = await failure(openCheckpoint(await zipFile('odd.ckpt', Buffer.from(pickle, 'latin1'))));
    expect(text).toMatch(/^checkpoint-damaged: /);
    expect(text).toMatch(message);
  });

  it('refuses a view that leaves its storage', async () => {
    const path = await zipFile(
      'outside.ckpt',
      dict((p) => view(p, 'w', 20, [2, 6], [6, 1])),
    );
    expect(await failure(openCheckpoint(path))).toMatch(/^checkpoint-damaged: .*needs number 31 of 24/);
  });

  it('refuses a storage shorter than its tensors', async () => {
    const path = await zipFile('short.ckpt', dict(views), new Uint8Array(20));
    expect(await failure(openCheckpoint(path))).toMatch(/^checkpoint-damaged: .*96 bytes for storage 0/);
  });

  it('refuses files that are cut short', async () => {
    for (const path of [await zipFile('whole.ckpt', dict(views)), await legacyFile('whole-legacy.ckpt', dict(views))]) {
      const bytes = await readFile(path);
      for (const keep of [bytes.length - 8, Math.floor(bytes.length / 2), 40]) {
        await writeFile(`${path}.cut`, bytes.subarray(0, keep));
        expect(await failure(openCheckpoint(`${path}.cut`)), `${keep} of ${bytes.length}`).toMatch(
          /^checkpoint-damaged: .*(?:cut short|ends early)/,
        );
      }
    }
  });

  it('survives damage anywhere in the file with one of its own errors', async () => {
    const bytes = await readFile(await zipFile('fuzz.ckpt', dict(views)));
    const path = join(folder, 'fuzzed.ckpt');
    for (let at = 0; at < bytes.length; at += 3) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at]! + 77) % 256;
      await writeFile(path, changed);
      expect(await failure(readAll(path)), `byte ${at}`).toMatch(/^no failure|^checkpoint-/);
    }
  });
});

async function readAll(path: string): Promise<void> {
  const checkpoint = await openCheckpoint(path);
  try {
    for (const tensor of checkpoint.tensors.values()) await tensor.read();
  } finally {
    await checkpoint.close();
  }
}

describe.skipIf(!hasFixtures)(`files written by PyTorch itself${fixturesNote}`, () => {
  it.each(['legacy.ckpt', 'views.ckpt'])('%s holds what PyTorch put there', async (file) => {
    const expected = fixtureTensors('checkpoint/legacy-and-views-expected.safetensors');
    const checkpoint = await openCheckpoint(fixturePath(`checkpoint/${file}`));
    expect([...checkpoint.tensors.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [name, { shape, bytes }] of Object.entries(expected)) {
      const tensor = checkpoint.tensors.get(name);
      expect(tensor?.shape, name).toEqual(shape);
      expect(Buffer.compare((await tensor?.read()) ?? new Uint8Array(), bytes), name).toBe(0);
    }
    await checkpoint.close();
  });

  it.each(['malicious.ckpt', 'malicious-eval.ckpt', 'malicious-legacy.ckpt'])(
    '%s is refused and runs nothing',
    async (file) => {
      expect(await failure(openCheckpoint(fixturePath(`checkpoint/${file}`)))).toMatch(
        /^checkpoint-unsafe: .*was not run/,
      );
      expect(existsSync('MALICIOUS_CKPT_WAS_EXECUTED')).toBe(false);
    },
  );

  it.each([
    'truncated.safetensors',
    'truncated-header.safetensors',
    'huge-header.safetensors',
    'out-of-range.safetensors',
    'truncated.ckpt',
  ])('%s is reported as damaged', async (file) => {
    expect(await failure(openCheckpoint(fixturePath(`checkpoint/${file}`)))).toMatch(
      /^checkpoint-damaged: Expected .* but /,
    );
  });
});
