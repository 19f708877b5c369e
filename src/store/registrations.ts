// Which commands were registered last, per application and server, so that a start does not register what Discord has already.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';

export interface RegistrationMemory {
  /** The hash of what was registered; null where nothing was. */
  read(scope: string): Promise<string | null>;
  write(scope: string, hash: string): Promise<void>;
}

export function createRegistrationMemory(redis: Redis): RegistrationMemory {
  return {
    read: (scope) => redis.hget(redisKeys.registrations, scope),
    async write(scope, hash) {
      await redis.hset(redisKeys.registrations, scope, hash);
    },
  };
}
