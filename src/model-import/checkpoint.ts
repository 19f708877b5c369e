// Opens a single-file checkpoint of any form: looks at the first bytes, not at the file's name.
import { type ByteSource, openBytes, unsupported } from './byte-source.ts';
import { readSafetensors } from './safetensors.ts';
import type { LazyTensor } from './tensor.ts';
import { readTorchLegacy, readTorchZip } from './torch.ts';

export interface Checkpoint {
  file: string;
  bytes: number;
  form: 'safetensors' | 'torch zip' | 'torch legacy';
  /** Read on demand while the checkpoint is open. */
  tensors: Map<string, LazyTensor>;
  /** Names of the outermost dict of a PyTorch file, else empty. */
  topLevel: string[];
  close(): Promise<void>;
}

/**
 * Opens `path` and reads its directory, no weights. The caller closes it. Throws `model-missing`, `checkpoint-damaged`,
 * `checkpoint-unsupported` (another kind of file) or `checkpoint-unsafe` (a pickle that wants to run something).
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const source = await openBytes(path);
  try {
    return { file: source.name, bytes: source.size, ...(await readDirectory(source)), close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

type Directory = Pick<Checkpoint, 'form' | 'tensors' | 'topLevel'>;

async function readDirectory(source: ByteSource): Promise<Directory> {
  const head = await source.read(0, Math.min(source.size, 512));
  if (beginsLikeSafetensors(head, source.size)) return readAsSafetensors(source);
  const text = Buffer.from(head).toString('latin1');
  const other = otherKinds.find(
    ({ starts, pattern }) => starts?.some((start) => text.startsWith(start)) || pattern?.test(text),
  );
  if (other)
    throw unsupported(
      `Expected a Stable Diffusion checkpoint (.safetensors or .ckpt) in ${source.name} but found ${other.found}`,
    );
  if (text.startsWith('PK')) return { form: 'torch zip', ...(await readTorchZip(source)) };
  if (head[0] === 0x80 && head[1]! <= 5) return { form: 'torch legacy', ...(await readTorchLegacy(source)) };
  return readAsSafetensors(source);
}

async function readAsSafetensors(source: ByteSource): Promise<Directory> {
  return { form: 'safetensors', topLevel: [], ...(await readSafetensors(source)) };
}

/** A length that fits the file, then a JSON object. Asked first: the length's own bytes may read "PK" or like a pickle's first. */
function beginsLikeSafetensors(head: Uint8Array, size: number): boolean {
  if (head.length < 10 || head[8] !== 0x7b) return false;
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  return length <= BigInt(size - 8);
}

/** Files that are often taken for a checkpoint, by their first characters or by a pattern. */
const otherKinds: readonly { starts?: readonly string[]; pattern?: RegExp; found: string }[] = [
  { pattern: /^$/, found: 'an empty file' },
  {
    pattern: /^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|\?xml|!--)/i,
    found: 'a web page: the download went wrong, perhaps because it needs a login',
  },
  {
    starts: ['version https://git-lfs'],
    found: 'a Git LFS pointer instead of the file itself: run "git lfs pull" or download it again',
  },
  { starts: ['\x1f\x8b'], found: 'a gzip archive: unpack it first' },
  { starts: ['7z\xbc\xaf', 'Rar!'], found: 'an archive: unpack it first' },
  { pattern: /^[\s\S]{257}ustar/, found: 'a tar archive: unpack it first' },
  { starts: ['GGUF'], found: 'a GGUF file' },
  { starts: ['\x89PNG', '\xff\xd8\xff'], found: 'a picture' },
  { starts: ['\x89HDF'], found: 'an HDF5 file (Keras weights)' },
  { pattern: /^\s*[{[]\s*"/, found: 'a JSON document' },
];
