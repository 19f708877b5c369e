// What every REST client of ours is given.

import { DefaultRestOptions, type RESTOptions } from 'discord.js';

type MakeRequest = RESTOptions['makeRequest'];

/** An uplink of 1 Mbit/s: 10 MiB take 84 s then, and at 5 Mbit/s 17 s. */
const slowestBytesPerMs = 125;
/** Discord takes no larger request. */
const largestRequestBytes = 25 * 1024 * 1024;
/** Where neither header nor body of an answer 429 says how long to wait. */
const assumedSeconds = 1;

const uploadMs = (bytes: number) => Math.ceil(bytes / slowestBytesPerMs);

/** Files travel as form data; everything else is small. */
function bytesOf(body: unknown): number {
  if (!(body instanceof FormData)) return 0;
  let bytes = 0;
  for (const [, value] of body) bytes += typeof value === 'string' ? value.length : value.size;
  return bytes;
}

/**
 * discord.js waits as long as the header of an answer 429 says, and asks again at once where there is none. Discord says it in the body as
 * well, other servers there alone: https://docs.discord.com/developers/topics/rate-limits#exceeding-a-rate-limit
 */
async function heeded(response: Awaited<ReturnType<MakeRequest>>): ReturnType<MakeRequest> {
  if (response.status !== 429 || response.headers.has('retry-after')) return response;
  const body = await response.text();
  const said = readBody(body);
  const seconds = Number(said.retry_after);
  const headers = new Headers([...response.headers]);
  headers.set('retry-after', String(seconds > 0 ? seconds : assumedSeconds));
  if (said.global === true) headers.set('x-ratelimit-global', 'true');
  return new Response(body, { status: response.status, headers });
}

function readBody(text: string): { readonly retry_after?: unknown; readonly global?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
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
        return await heeded(await DefaultRestOptions.makeRequest(url, { ...init, signal }));
      } finally {
        clearTimeout(timer);
      }
    },
  } as const satisfies Partial<RESTOptions>;
}
