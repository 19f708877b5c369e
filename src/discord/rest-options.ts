// What every REST client of ours is given.

import { DefaultRestOptions, type RESTOptions } from 'discord.js';

/** An uplink of 1 Mbit/s: 10 MiB take 84 s then, and at 5 Mbit/s 17 s. */
const slowestBytesPerMs = 125;
/** Discord takes no larger request. */
const largestRequestBytes = 25 * 1024 * 1024;

const uploadMs = (bytes: number) => Math.ceil(bytes / slowestBytesPerMs);

/** Files travel as form data; everything else is small. */
function bytesOf(body: unknown): number {
  if (!(body instanceof FormData)) return 0;
  let bytes = 0;
  for (const [, value] of body) bytes += typeof value === 'string' ? value.length : value.size;
  return bytes;
}

/** @param timeoutMs for an answer; uploads get as much more as their size takes */
export function restOptions(timeoutMs: number) {
  return {
    version: '10',
    retries: 3,
    // discord.js keeps one queue per interaction token and sweeps the idle ones once an hour by default: at ten presses a second 36,000 of them.
    handlerSweepInterval: 5 * 60_000,
    // The client has one limit for all requests, so that one is the largest upload's.
    timeout: timeoutMs + uploadMs(largestRequestBytes),
    async makeRequest(url, init) {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), timeoutMs + uploadMs(bytesOf(init.body)));
      const signal = init.signal ? AbortSignal.any([init.signal, abort.signal]) : abort.signal;
      try {
        return await DefaultRestOptions.makeRequest(url, { ...init, signal });
      } finally {
        clearTimeout(timer);
      }
    },
  } as const satisfies Partial<RESTOptions>;
}
