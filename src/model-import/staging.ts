// An import is made in a folder beside its destination and renamed into place when it is whole, so that nobody ever sees half a model.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EaselError } from '../errors.ts';
import { exists } from './byte-source.ts';

/** Runs `make` in a new folder and moves the result to `outDir`. Whatever goes wrong, no trace of the folder remains. */
export async function staged<T>(outDir: string, replace: boolean, make: (folder: string) => Promise<T>): Promise<T> {
  const target = resolve(outDir);
  if ((await exists(target)) && !replace)
    throw new EaselError(
      'bad-request',
      `Expected a new folder for the model but ${outDir} exists already: remove it or choose another name`,
    );
  await mkdir(dirname(target), { recursive: true });
  await removeLeftovers(target);
  const folder = `${prefixOf(target)}${process.pid}-${randomBytes(4).toString('hex')}`;
  await mkdir(folder);
  try {
    const result = await make(folder);
    if (await exists(target)) {
      const old = `${folder}.old`;
      await rename(target, old);
      await rename(folder, target);
      await rm(old, { recursive: true, force: true });
    } else await rename(folder, target);
    return result;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Throws `bad-request` where the disk of `folder` has less than `bytes` free. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const gib = (count: number) => `${(count / 2 ** 30).toFixed(1)} GiB`;
  throw new EaselError(
    'bad-request',
    `Expected ${gib(bytes)} free on the disk of ${dirname(folder)} but found ${gib(free)}`,
  );
}

/** Folders of imports whose process is gone. */
async function removeLeftovers(target: string): Promise<void> {
  const parent = dirname(target);
  const prefix = basename(prefixOf(target));
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (!isRunning(pid)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function prefixOf(target: string): string {
  return join(dirname(target), `.${basename(target)}.importing-`);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
