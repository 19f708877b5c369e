// Which commands were registered last, per application and server, so that a start does not register what Discord has already.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';

export interface RegistrationMemory {
  /** What was registered, as its writer put it; null where nothing was. */
  read(scope: string): Promise<string | null>;
  write(scope: string, registered: string): Promise<void>;
  /** All that something was registered in. */
  scopes(): Promise<readonly string[]>;
  forget(scope: string): Promise<void>;
}

export function createRegistrationMemory(redis: Redis): RegistrationMemory {
  return {
    read: (scope) => redis.hget(redisKeys.registrations, scope),
    async write(scope, registered) {
      await redis.hset(redisKeys.registrations, scope, registered);
    },
    scopes: () => redis.hkeys(redisKeys.registrations),
    async forget(scope) {
      await redis.hdel(redisKeys.registrations, scope);
    },
  };
}
