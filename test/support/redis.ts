// A real Redis for tests: the same private server that the launcher starts, in a temporary folder of its own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startPrivateRedis } from '../../src/launcher/redis.ts';

export interface TestRedis extends PrivateRedis {
  readonly dataDir: string;
}

/** `fsync: 'no'` keeps tests that do not kill Redis off the disk. */
export async function startTestRedis(fsync: 'always' | 'no' = 'no'): Promise<TestRedis> {
  const dataDir = mkdtempSync(join(tmpdir(), 'easel-redis-'));
  const redis = await startPrivateRedis({ dataDir, fsync });
  return {
    ...redis,
    dataDir,
    async stop() {
      await redis.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
