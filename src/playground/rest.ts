// The REST side of the twin: https://docs.discord.com/developers/reference, version 10, under /api/v10.
// Every request passes the same gates in the order Discord has them: ban, route, authorization, rate limits, body, handler.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, apiErrors } from './api-error.ts';
import { MAX_REQUEST_BYTES, parseBody, type RequestBody, readBytes } from './rest/body.ts';
import type { FaultEffect, Faults } from './rest/faults.ts';
import type { RateLimiter, Verdict } from './rest/rate-limits.ts';
import { createRouter, type RouteAnswer, type RouteMatch } from './rest/router.ts';
import { routes } from './rest/routes/index.ts';
import type { ViolationKind } from './state/types.ts';
import type { World } from './state.ts';

/** One request as tests may look it up. Bodies without their files. */
export interface RequestRecord {
  method: string;
  path: string;
  status: number;
  at: number;
  body: unknown;
}

export interface JudgedRequest {
  method: string;
  /** As sent, without `/api/v10`. */
  path: string;
  query: URLSearchParams;
  /** The JSON; undefined when there was none. */
  body: unknown;
  /** Names of the parts where the body came as form data; else null. */
  parts: readonly string[] | null;
}

/** Checks a request against an outside description of the API; returns what is wrong with it. */
export type RequestValidator = (request: JudgedRequest) => string[];

export interface RestOptions {
  world: World;
  limiter: RateLimiter;
  faults: Faults;
  token: string;
  validateRequest?: RequestValidator;
  records: RequestRecord[];
}

const MAX_RECORDS = 50_000;
const PREFIX = /^\/api(\/v(\d+))?(?=\/)/;

/** Violations by Discord's error code; other codes are normal answers. */
const VIOLATIONS: Record<number, ViolationKind> = {
  50035: 'invalid-form',
  50109: 'invalid-form',
  50006: 'invalid-form',
  50001: 'missing-permission',
  50013: 'missing-permission',
  50027: 'token-expired',
};

export function createRestHandler(
  options: RestOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { world, limiter, faults, records } = options;
  const find = createRouter(routes);

  return async (request, response) => {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', 'http://twin');
    const version = PREFIX.exec(url.pathname)?.[2];
    const path = url.pathname.replace(PREFIX, '');
    const record: RequestRecord = { method, path, status: 0, at: world.clock.now(), body: undefined };
    if (records.length >= MAX_RECORDS) records.shift();
    records.push(record);

    const bytes = await readBytes(request, MAX_REQUEST_BYTES).catch((error: unknown) => error);
    const effect = faults.strike(method, path);
    if (effect?.kind === 'drop-request') {
      request.socket.destroy();
      return;
    }
    if (effect?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, effect.ms));

    const headers: Record<string, string> = {};
    let answer: RouteAnswer;
    try {
      answer = forced(effect, headers) ?? (await serve());
    } catch (error) {
      answer = answerFor(error);
    }
    record.status = answer.status;
    // Limits shared with others are not held against a bot.
    const isShared = headers['X-RateLimit-Scope'] === 'shared';
    if ([401, 403, 429].includes(answer.status) && !isShared) limiter.countInvalid();
    if (effect?.kind === 'lose-response') request.socket.destroy();
    else send(response, answer, headers);

    async function serve(): Promise<RouteAnswer> {
      if (limiter.isBanned) throw new ApiError(403, 0, 'This address has sent too many invalid requests.');
      if (version !== undefined && version !== '10') throw new ApiError(400, 50041, 'Invalid API version');
      const match = find(method, path);
      if (match === undefined || match === 'wrong-method') {
        world.violate('unknown-route', `${method} ${path}`);
        throw match === undefined ? apiErrors.notFound() : apiErrors.methodNotAllowed();
      }
      authorize(match, request.headers.authorization);
      const verdict =
        match.route.bucket === null
          ? undefined
          : limiter.take(match.route.bucket, `${method}:${match.major}`, match.route.access === 'bot');
      Object.assign(headers, verdict?.headers);
      if (verdict?.refused) return tooMany(verdict.refused);
      if (!Buffer.isBuffer(bytes)) {
        world.violate('too-large', `${method} ${path}: request over ${MAX_REQUEST_BYTES} bytes`);
        throw bytes;
      }
      const body = await parseBody(bytes, request.headers['content-type'] ?? '');
      record.body = body.json;
      validate(body);
      return await match.route.handle({
        ...body,
        world,
        method,
        path,
        query: url.searchParams,
        param: (name) => match.params.get(name) ?? '',
      });
    }

    function authorize(match: RouteMatch, header: string | undefined): void {
      if (match.route.access === 'token' || header === `Bot ${options.token}`) return;
      world.violate('unauthorized', `${method} ${path}`);
      throw apiErrors.unauthorized();
    }

    function tooMany(refused: NonNullable<Verdict['refused']>): RouteAnswer {
      world.violate('rate-limited', `${method} ${path}${refused.isGlobal ? ' (global)' : ''}`);
      return rateLimited(refused.retryAfterS, refused.isGlobal);
    }

    function validate({ json, parts }: RequestBody): void {
      if (!options.validateRequest) return;
      for (const fault of options.validateRequest({ method, path, query: url.searchParams, body: json, parts }))
        world.violate('openapi', `${method} ${path}: ${fault}`);
    }

    function answerFor(error: unknown): RouteAnswer {
      if (!(error instanceof ApiError)) {
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.emitWarning(`the twin failed at ${method} ${path}: ${detail}`);
        return { status: 500, body: { message: '500: Internal Server Error', code: 0 } };
      }
      const kind = VIOLATIONS[error.apiCode];
      if (kind)
        world.violate(
          kind,
          `${method} ${path}: ${error.message} ${error.errors ? JSON.stringify(error.errors) : ''}`.trim(),
        );
      return { status: error.status, body: error.body() };
    }
  };
}

function forced(effect: FaultEffect | undefined, headers: Record<string, string>): RouteAnswer | undefined {
  if (effect?.kind === 'status') return { status: effect.status, ...(effect.body && { body: effect.body }) };
  if (effect?.kind !== 'rate-limit') return undefined;
  const isGlobal = effect.isGlobal === true;
  headers['Retry-After'] = String(effect.retryAfterS);
  headers['X-RateLimit-Scope'] = isGlobal ? 'global' : 'shared';
  if (isGlobal) headers['X-RateLimit-Global'] = 'true';
  return rateLimited(effect.retryAfterS, isGlobal);
}

function rateLimited(retryAfterS: number, isGlobal: boolean): RouteAnswer {
  return { status: 429, body: { message: 'You are being rate limited.', retry_after: retryAfterS, global: isGlobal } };
}

function send(response: ServerResponse, answer: RouteAnswer, headers: Record<string, string>): void {
  if (answer.body === undefined) {
    response.writeHead(answer.status === 200 ? 204 : answer.status, headers).end();
    return;
  }
  const text = JSON.stringify(answer.body);
  response.writeHead(answer.status, { ...headers, 'Content-Type': 'application/json' }).end(text);
}
