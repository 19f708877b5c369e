// Random access to a file that is never loaded whole. Every read is checked against the file's size before anything is allocated.
import { open, stat } from 'node:fs/promises';
import { EaselError } from '../errors.ts';

export interface ByteSource {
  /** For messages: the file's name, no folder. */
  readonly name: string;
  readonly size: number;
  /** Exactly `length` bytes from `offset`; throws `checkpoint-damaged` beyond the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const maxBytesPerCall = 2 ** 30;

/** Opens a file for reading by ranges. Throws `model-missing` where there is no such file. The caller closes it. */
export async function openBytes(path: string): Promise<ByteSource> {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new EaselError(
      'model-missing',
      `Expected a readable file for the checkpoint but ${path} could not be opened`,
      {
        cause,
      },
    );
  });
  const { size } = await handle.stat();
  return {
    name,
    size,
    async read(offset, length) {
      checkRange(name, size, offset, length);
      const bytes = Buffer.allocUnsafeSlow(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, maxBytesPerCall), offset + done);
        if (bytesRead === 0) throw damaged(`Expected ${size} bytes in ${name} but it ended at byte ${offset + done}`);
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

function checkRange(name: string, size: number, offset: number, length: number): void {
  if (
    !Number.isSafeInteger(offset) ||
    !Number.isSafeInteger(length) ||
    offset < 0 ||
    length < 0 ||
    offset + length > size
  )
    throw damaged(`Expected ${length} bytes at offset ${offset} of ${name} but the file has only ${size} bytes`);
}

export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

export function damaged(message: string, cause?: unknown): EaselError {
  return new EaselError('checkpoint-damaged', message, cause === undefined ? {} : { cause });
}

export function unsupported(message: string): EaselError {
  return new EaselError('checkpoint-unsupported', message);
}

export function unsafe(message: string): EaselError {
  return new EaselError('checkpoint-unsafe', message);
}
