// For commands that look into the store from outside: the shared Redis where REDIS_URL names one, else the private one. A private
// Redis that runs already (npm start) is joined; otherwise it is started for the time of the command.

import type { Redis } from 'ioredis';
import type { Config } from '../config/schema.ts';
import { EaselError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { connect } from '../queue/connect.ts';
import { runningRedisUrl, startPrivateRedis } from './redis.ts';

export interface StoreRedis {
  readonly redis: Redis;
  readonly url: string;
  close(): Promise<void>;
}

export async function openStoreRedis(config: Config, logger: Logger): Promise<StoreRedis> {
  const joined = config.REDIS_URL ?? (await runningRedisUrl(config.EASEL_DATA_DIR));
  const own =
    joined === undefined
      ? await startPrivateRedis({ dataDir: config.EASEL_DATA_DIR, say: (line) => logger.info(line) })
      : undefined;
  const url = joined ?? own?.url;
  if (url === undefined) throw new EaselError('redis-unavailable', 'Expected a Redis but there is none');
  const redis = await connect(url, { patience: 'producer', name: 'easel-cli' });
  return {
    redis,
    url,
    async close() {
      redis.disconnect();
      await own?.stop();
    },
  };
}
