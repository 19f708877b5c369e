// The key that withheld pictures are sealed under: EASEL_SECRET_KEY, else a random one kept in the data folder.

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';

export function secretKey(config: Pick<Config, 'EASEL_SECRET_KEY' | 'EASEL_DATA_DIR'>): string {
  if (config.EASEL_SECRET_KEY) return config.EASEL_SECRET_KEY;
  const file = join(config.EASEL_DATA_DIR, 'secret-key');
  mkdirSync(config.EASEL_DATA_DIR, { recursive: true });
  try {
    // `wx`: of two processes that start together one writes, the other reads.
    const key = randomBytes(32).toString('base64url');
    writeFileSync(file, key, { mode: 0o600, flag: 'wx' });
    return key;
  } catch {
    return readFileSync(file, 'utf8').trim();
  }
}
