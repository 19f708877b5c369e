// Downloads single files of a Hugging Face repository by the official client: resumes what an earlier try left, retries broken
// connections, and checks the SHA-256 (large files) or the git object id (small ones) that the hub states.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { downloadFile, HubApiError, type ListFileEntry, listFiles } from '@huggingface/hub';
import { EaselError } from '../errors.ts';

export interface HubOptions {
  /** `owner/name`. */
  repo: string;
  /** Branch, tag or commit. */
  revision: string;
  /** Access token (`hf_...`) for gated or private repositories. Never logged. */
  token?: string;
  /** Another hub's address, such as a mirror; by default the official one. */
  endpoint?: string;
  signal?: AbortSignal;
}

const maxTries = 5;
const firstPauseMs = 500;

/** Files of the repository. Throws `download-failed`. */
export async function listHubFiles(options: HubOptions): Promise<ListFileEntry[]> {
  const files: ListFileEntry[] = [];
  await translated(options, async () => {
    for await (const entry of listFiles({ ...hubParameters(options), recursive: true }))
      if (entry.type === 'file') files.push(entry);
  });
  return files;
}

/**
 * Downloads `file` to `folder/<its path>`, unless a complete copy is there. `onBytes` is told of bytes that need no download, too.
 * Throws `download-failed` after several tries, or at once where trying again cannot help.
 */
export async function downloadHubFile(
  options: HubOptions,
  file: ListFileEntry,
  folder: string,
  onBytes?: (bytes: number) => void,
): Promise<void> {
  const target = join(folder, file.path);
  if ((await sizeOf(target)) === file.size) return onBytes?.(file.size);
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  let reported = 0;
  const report = (bytes: number) => {
    if (bytes > reported) onBytes?.(bytes - reported);
    reported = Math.max(reported, bytes);
  };
  for (let attempt = 1; ; attempt++) {
    try {
      await translated(options, () => continueDownload(options, file, part, report));
      if (await matches(part, file)) break;
      await rm(part, { force: true });
      throw failed(options, `${file.path} does not have the checksum that the hub states`, true);
    } catch (error) {
      if (!(error instanceof EaselError) || !error.retryable || attempt === maxTries) throw error;
      await sleep(firstPauseMs * 2 ** (attempt - 1), undefined, options.signal ? { signal: options.signal } : {}).catch(
        () => {
          throw cancelled();
        },
      );
    }
  }
  await rename(part, target);
}

async function continueDownload(
  options: HubOptions,
  file: ListFileEntry,
  part: string,
  report: (bytes: number) => void,
): Promise<void> {
  const have = await sizeOf(part);
  if (have !== undefined && have > file.size) await rm(part);
  let at = have !== undefined && have <= file.size ? have : 0;
  report(at);
  if (at === file.size && have !== undefined) return;
  // Plain ranges rather than the chunked protocol: a half-finished file can then be continued by any later try.
  const blob = await downloadFile({ ...hubParameters(options), path: file.path, xet: false });
  if (!blob) throw failed(options, `${file.path} does not exist`, false);
  const handle: FileHandle = await open(part, 'a');
  try {
    for await (const chunk of at > 0 ? blob.slice(at, file.size).stream() : blob.stream()) {
      if (options.signal?.aborted) throw cancelled();
      await handle.write(chunk);
      at += chunk.length;
      report(Math.min(at, file.size));
    }
  } finally {
    await handle.close();
  }
  if (at < file.size) throw failed(options, `the connection ended ${file.size - at} bytes early in ${file.path}`, true);
}

/** SHA-256 for files in large-file storage, git's blob id for the others. */
async function matches(path: string, file: ListFileEntry): Promise<boolean> {
  const size = (await sizeOf(path)) ?? 0;
  const hash = file.lfs ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 22 })) hash.update(chunk);
  const wanted = file.lfs?.oid ?? file.oid;
  return size === file.size && (wanted === undefined || hash.digest('hex') === wanted);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

function hubParameters({ repo, revision, token, endpoint, signal }: HubOptions) {
  return {
    repo,
    revision,
    ...(token !== undefined && { accessToken: token }),
    ...(endpoint !== undefined && { hubUrl: endpoint }),
    ...(signal && { fetch: (url: string | URL | Request, init?: RequestInit) => fetch(url, { ...init, signal }) }),
  };
}

/** Turns the client's errors into ours. */
async function translated<T>(options: HubOptions, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof EaselError) throw error;
    if (options.signal?.aborted) throw cancelled();
    if (!(error instanceof HubApiError)) throw failed(options, 'the connection failed', true, error);
    const advice: Record<number, string> = {
      401: 'it does not exist, or it needs an access token (HF_TOKEN)',
      403: "the access token may not read it: accept the model's licence on its page first",
      404: 'there is no such repository, revision or file',
      429: 'the hub asks to slow down',
    };
    const { statusCode } = error;
    throw failed(
      options,
      advice[statusCode] ?? `the hub answered ${statusCode}`,
      statusCode === 429 || statusCode >= 500,
      error,
    );
  }
}

function failed({ repo, revision }: HubOptions, why: string, retryable: boolean, cause?: unknown): EaselError {
  return new EaselError('download-failed', `Expected to download ${repo} (${revision}) but ${why}`, {
    retryable,
    cause,
  });
}

function cancelled(): EaselError {
  return new EaselError('cancelled', 'The download was cancelled');
}
