// Connections to Redis or Valkey by URL. Producers fail fast (a member waits for an answer), workers wait until Redis is back.

import { Redis } from 'ioredis';
import { EaselError } from '../errors.ts';
import { isAboutValues } from '../jobs/explain-refusal.ts';

export interface ConnectOptions {
  /** `producer`: a command fails after 2 s or while disconnected. `worker`: commands wait for as long as it takes. */
  readonly patience: 'producer' | 'worker';
  /** Shown by CLIENT LIST. */
  readonly name: string;
  readonly onError?: (error: Error) => void;
}

/**
 * Opens a connection and waits until it is ready. `rediss:` means TLS; user and password come from the URL.
 * @throws EaselError `redis-unavailable` when a producer finds nobody there within 10 s; the URL is not repeated, it holds a password.
 */
export async function connect(url: string, options: ConnectOptions): Promise<Redis> {
  const patient = options.patience === 'worker';
  const redis = new Redis(url, {
    connectionName: options.name,
    lazyConnect: true,
    // Half a second at most: a restarted Redis is found again quickly, and 50 workers do not storm it.
    retryStrategy: (times) => Math.min(500, 20 * 2 ** Math.min(times, 5)) + Math.random() * 50,
    maxRetriesPerRequest: patient ? null : 1,
    enableOfflineQueue: patient,
    ...(patient ? {} : { commandTimeout: 2000 }),
    connectTimeout: 5000,
  });
  redis.on('error', (error: Error) => options.onError?.(error));
  if (patient) {
    redis.connect().catch(() => undefined); // retried by retryStrategy; commands wait in the offline queue
    return redis;
  }
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      if (redis.status === 'wait' || redis.status === 'end') await redis.connect();
      else if (redis.status !== 'ready') await ready(redis, deadline - Date.now());
      return redis;
    } catch (cause) {
      if (Date.now() < deadline && redis.status !== 'end') {
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      redis.disconnect();
      throw unavailable(cause);
    }
  }
}

function ready(redis: Redis, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(new Error('timed out')), Math.max(1, timeoutMs));
    const onReady = () => finish();
    function finish(error?: Error) {
      clearTimeout(timer);
      redis.off('ready', onReady);
      if (error) reject(error);
      else resolve();
    }
    redis.once('ready', onReady);
  });
}

const passingErrors =
  /^(LOADING|READONLY|MASTERDOWN|TRYAGAIN|CLUSTERDOWN)|Connection is closed|isn't writeable|Command timed out|ECONN|EPIPE/;

/** Whether this is Redis being away, restarting or slow: the same thing may succeed a moment later. */
export function isRedisTrouble(error: unknown): boolean {
  if (error instanceof EaselError) return error.code === 'redis-unavailable';
  return error instanceof Error && (error.name === 'MaxRetriesPerRequestError' || passingErrors.test(error.message));
}

export function unavailable(cause: unknown): EaselError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EaselError('redis-unavailable', `Expected a Redis that answers but received: ${reason}`, {
    userMessage: 'The queue cannot be reached right now. Please try again in a moment.',
    retryable: true,
    cause,
  });
}

/** Runs a store or queue operation; what the client throws becomes `redis-unavailable`. */
export async function viaRedis<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof EaselError) throw error;
    // A value that is not what it should be is no better a moment later.
    if (isAboutValues(error))
      throw new EaselError('store-corrupt', 'Expected readable values in Redis', { cause: error });
    throw unavailable(error);
  }
}
