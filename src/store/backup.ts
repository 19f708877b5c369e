// Backup and restore of everything Easel remembers (settings, bans, audit trail, requests, takedowns): all keys under one prefix,
// by Redis's own DUMP and RESTORE, as gzipped lines. BullMQ's queues are not in it: a queue is work, not memory.
// A file is checked to its last line before anything is written, so that half a file restores nothing.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { EaselError, expected } from '../errors.ts';

const format = 'easel-backup-1';
const headerSchema = z.object({ format: z.literal(format), createdAt: z.string(), prefix: z.string() });
const entrySchema = z.object({ key: z.string(), ttlMs: z.int().min(0), value: z.string() });
const footerSchema = z.object({ keys: z.int().min(0), sha256: z.string() });

export interface BackupSummary {
  keys: number;
  createdAt: string;
}

async function* dumpLines(redis: Redis, prefix: string, summary: BackupSummary): AsyncGenerator<string> {
  const digest = createHash('sha256');
  const line = (value: object) => {
    const text = `${JSON.stringify(value)}\n`;
    digest.update(text);
    return text;
  };
  yield line({ format, createdAt: summary.createdAt, prefix });
  // SCAN may report a key twice while the table grows; a set of the names keeps each once.
  const seen = new Set<string>();
  for await (const batch of redis.scanStream({ match: `${prefix}*`, count: 500 })) {
    for (const key of batch as string[]) {
      if (seen.has(key)) continue;
      seen.add(key);
      const [value, ttlMs] = await Promise.all([redis.dumpBuffer(key), redis.pttl(key)]);
      if (value === null || ttlMs === -2) continue; // expired meanwhile
      summary.keys += 1;
      yield line({ key, ttlMs: Math.max(0, ttlMs), value: value.toString('base64') });
    }
  }
  yield `${JSON.stringify({ keys: summary.keys, sha256: digest.digest('hex') })}\n`;
}

/**
 * Writes every key under `prefix` to `file`, atomically: an interrupted backup leaves no file of that name.
 * Keys that change meanwhile are saved as they were when their turn came.
 */
export async function backup(redis: Redis, file: string, prefix = 'easel:'): Promise<BackupSummary> {
  const summary: BackupSummary = { keys: 0, createdAt: new Date().toISOString() };
  const part = `${file}.part`;
  try {
    await pipeline(
      Readable.from(dumpLines(redis, prefix, summary)),
      createGzip(),
      createWriteStream(part, { mode: 0o600 }),
    );
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true });
    throw cause;
  }
  return summary;
}

async function* readLines(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  const text = source.pipe(createGunzip());
  source.on('error', (error) => text.destroy(error));
  const lines = createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
  // readline swallows stream errors: carry them to the reader.
  let failure: unknown;
  text.on('error', (error) => {
    failure = error;
    lines.close();
  });
  for await (const line of lines) yield line;
  if (failure) throw failure;
}

function damaged(file: string, what: string, cause?: unknown): EaselError {
  return new EaselError('store-corrupt', `Expected a complete Easel backup in ${file} but ${what}`, { cause });
}

/** Reads the file once to its end. @throws EaselError `store-corrupt` where a line, the count or the checksum is wrong. */
export async function verifyBackup(file: string): Promise<BackupSummary> {
  const digest = createHash('sha256');
  let header: z.infer<typeof headerSchema> | undefined;
  let footer: z.infer<typeof footerSchema> | undefined;
  let keys = 0;
  try {
    for await (const line of readLines(file)) {
      const value: unknown = JSON.parse(line);
      if (footer) throw damaged(file, 'something follows its last line');
      if (!header) header = headerSchema.parse(value);
      else if (footerSchema.safeParse(value).success) {
        footer = footerSchema.parse(value);
        continue;
      } else {
        entrySchema.parse(value);
        keys += 1;
      }
      digest.update(`${line}\n`);
    }
  } catch (cause) {
    if (cause instanceof EaselError) throw cause;
    throw damaged(file, 'a line could not be read', cause);
  }
  if (!header || !footer) throw damaged(file, 'it ends too early');
  if (footer.keys !== keys) throw damaged(file, expected(`${footer.keys} keys`, 'its content', keys));
  if (footer.sha256 !== digest.digest('hex')) throw damaged(file, 'its checksum does not match');
  return { keys, createdAt: header.createdAt };
}

/**
 * Puts every key of a verified backup back. Refuses a store that already holds keys unless `overwrite` is set, which empties it first.
 * @throws EaselError `bad-request` when the store is not empty, `store-corrupt` when the file is damaged.
 */
export async function restore(
  redis: Redis,
  file: string,
  options: { overwrite?: boolean; prefix?: string } = {},
): Promise<BackupSummary> {
  const prefix = options.prefix ?? 'easel:';
  const summary = await verifyBackup(file);
  for await (const batch of redis.scanStream({ match: `${prefix}*`, count: 500 })) {
    const keys = batch as string[];
    if (keys.length === 0) continue;
    if (!options.overwrite)
      throw new EaselError(
        'bad-request',
        `Expected an empty store for the restore but ${keys[0]} exists; --overwrite replaces what is there`,
      );
    await redis.unlink(...keys);
  }
  for await (const line of readLines(file)) {
    const entry = entrySchema.safeParse(JSON.parse(line));
    if (!entry.success) continue; // header and footer, verified above
    await redis.restore(entry.data.key, entry.data.ttlMs, Buffer.from(entry.data.value, 'base64'), 'REPLACE');
  }
  return summary;
}
