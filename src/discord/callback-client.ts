// Sends first responses, apart from every other request: on connections of its own, so that no upload or edit stands before an
// acknowledgement, and without rate-limit bookkeeping, because interaction callbacks have no shared limit.
// https://docs.discord.com/developers/interactions/receiving-and-responding#create-interaction-response

import { setTimeout as sleep } from 'node:timers/promises';
import type { APIInteractionResponse } from 'discord-api-types/v10';
import { Pool } from 'undici';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import type { RequestObserver } from '../observability/watch-requests.ts';

export interface Acknowledged {
  /** `void`: the three seconds were over, the member saw "did not respond"; nothing was promised. */
  readonly outcome: 'done' | 'done-before' | 'void';
  /** The new message, where one was made. */
  readonly messageId: string | null;
}

/** First responses to one interaction. */
export interface FirstResponses {
  /** @throws EaselError `discord-refused` when Discord said no, or (`retryable`) could not be reached while the interaction waited. */
  send(interactionId: string, token: string, response: APIInteractionResponse): Promise<Acknowledged>;
}

export interface CallbackClient {
  /** @param at when the interaction was received, by `performance.now()`: tries end before Discord's patience does */
  receivedAt(at: number): FirstResponses;
  close(): Promise<void>;
}

const connections = 32;
/** The member's patience, and Discord's. */
const timeoutMs = 3000;
/** After receipt; the rest is for the way of the last try. */
const lastTryAfterMs = 2800;
/** Between tries: doubled from the one to the other. */
const pauseMs = { first: 100, longest: 500 } as const;
/** What Discord asks bots to call themselves: https://docs.discord.com/developers/reference#user-agent */
const userAgent = 'DiscordBot (https://github.com/easel-bot/easel, 0.1.0)';

const alreadyAcknowledged = 40060;
const unknownInteraction = 10062;

const answerSchema = z.object({
  resource: z.object({ message: z.object({ id: z.string() }).optional() }).optional(),
  code: z.number().optional(),
  retry_after: z.number().optional(),
});

export function createCallbackClient(apiUrl: string, observe?: RequestObserver): CallbackClient {
  const url = new URL(apiUrl);
  const prefix = `${url.pathname.replace(/\/$/, '')}/v10`;
  const pool = new Pool(url.origin, {
    connections,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    connect: { timeout: timeoutMs },
  });

  async function attempt(path: string, body: string) {
    const answer = await pool.request({
      method: 'POST',
      path,
      body,
      headers: { 'content-type': 'application/json', 'user-agent': userAgent },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    const text = await answer.body.text();
    const scope = answer.headers['x-ratelimit-scope'];
    observe?.('POST', answer.statusCode, typeof scope === 'string' ? scope : null);
    let json: unknown = {};
    try {
      json = JSON.parse(text || '{}');
    } catch {
      // A proxy's page instead of Discord's answer: the status says enough.
    }
    return { status: answer.statusCode, answer: answerSchema.safeParse(json).data ?? {} };
  }

  async function send(
    receivedAt: number,
    interactionId: string,
    token: string,
    response: APIInteractionResponse,
  ): Promise<Acknowledged> {
    const path = `${prefix}/interactions/${interactionId}/${encodeURIComponent(token)}/callback?with_response=true`;
    const body = JSON.stringify(response);
    let reason: unknown = null;
    let retryable = true;
    for (let tried = 1; ; tried += 1) {
      let waitMs = Math.min(pauseMs.longest, pauseMs.first * 2 ** (tried - 1));
      let isAnswered = false;
      try {
        const { status, answer } = await attempt(path, body);
        isAnswered = true;
        if (status < 300) return { outcome: 'done', messageId: answer.resource?.message?.id ?? null };
        if (answer.code === alreadyAcknowledged) return { outcome: 'done-before', messageId: null };
        if (answer.code === unknownInteraction) return { outcome: 'void', messageId: null };
        reason = `status ${status}, code ${answer.code ?? 'none'}`;
        retryable = status === 429 || status >= 500;
        if (!retryable) break;
        waitMs = Math.max(waitMs, (answer.retry_after ?? 0) * 1000);
      } catch (error) {
        // No answer: it may have arrived all the same, then the next try hears "already acknowledged".
        reason = error;
      }
      const isInTime = performance.now() + waitMs <= receivedAt + lastTryAfterMs;
      // A first try without an answer is followed by a second, however late: it hears whether the first arrived.
      if (!isInTime && (isAnswered || tried > 1)) break;
      await sleep(waitMs);
    }
    const said = reason instanceof Error ? reason.message : String(reason);
    throw new EaselError('discord-refused', `Expected Discord to take a first response but received: ${said}`, {
      retryable,
      cause: reason,
    });
  }

  return {
    receivedAt: (at) => ({ send: (...response) => send(at, ...response) }),
    close: () => pool.close(),
  };
}
