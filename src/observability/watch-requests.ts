// Counts requests to Discord, those of discord.js's REST client and our own alike.

import type { REST } from 'discord.js';
import type { Metrics } from './metrics.ts';

/** @param scope what an answer 429 says it limits; null for other answers */
export type RequestObserver = (method: string, status: number, scope: string | null) => void;

const scopes = ['user', 'global', 'shared'];

export function countRequests(metrics: Metrics): RequestObserver {
  return (method, status, scope) => {
    metrics.discordRequests.inc({ method, status: String(status) });
    if (status === 429)
      metrics.rateLimited.inc({ scope: scope !== null && scopes.includes(scope) ? scope : 'unknown' });
  };
}

/** Every answer is seen, those that the client retries by itself included. */
export function watchRequests(rest: REST, observe: RequestObserver): void {
  rest.on('response', (request, response) => {
    observe(request.method, response.status, response.headers.get('x-ratelimit-scope'));
  });
}
