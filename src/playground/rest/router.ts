// Routes of the twin's API: method and path pattern, who may call, which rate-limit bucket, and the handler.

import type { World } from '../state.ts';
import type { RequestBody } from './body.ts';
import type { BucketName } from './rate-limits.ts';

export interface RouteRequest extends RequestBody {
  world: World;
  method: string;
  /** Without `/api/v10`. */
  path: string;
  /** Named pieces of the path; a handler asks only for those its pattern has. */
  param(name: string): string;
  query: URLSearchParams;
}

export interface RouteAnswer {
  status: number;
  body?: object;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** For example `/channels/:channel/messages/:message`. */
  path: string;
  /** `bot`: needs the Authorization header; `token`: the secret is in the path (interactions and their webhooks). */
  access: 'bot' | 'token';
  /** null: not limited at all, as interaction callbacks. */
  bucket: BucketName | null;
  handle(request: RouteRequest): RouteAnswer | Promise<RouteAnswer>;
}

export interface RouteMatch {
  route: Route;
  params: Map<string, string>;
  /** Channel, webhook or server in the path: each has buckets of its own. */
  major: string;
}

/** Finds by number of segments and literal pieces; literals win over parameters. */
export function createRouter(
  routes: readonly Route[],
): (method: string, path: string) => RouteMatch | 'wrong-method' | undefined {
  const table = routes.map((route) => ({ route, segments: route.path.split('/') }));
  table.sort((a, b) => countParams(a.segments) - countParams(b.segments));

  return (method, path) => {
    const pieces = path.split('/');
    let knowsPath = false;
    for (const { route, segments } of table) {
      if (segments.length !== pieces.length) continue;
      const params = new Map<string, string>();
      const fits = segments.every((segment, index) => {
        const piece = pieces[index] ?? '';
        if (!segment.startsWith(':')) return segment === piece;
        params.set(segment.slice(1), decode(piece));
        return piece !== '';
      });
      if (!fits) continue;
      knowsPath = true;
      if (route.method !== method) continue;
      const major = [params.get('channel'), params.get('guild'), params.get('webhook'), params.get('token')]
        .filter(Boolean)
        .join(':');
      return { route, params, major };
    }
    return knowsPath ? 'wrong-method' : undefined;
  };
}

function countParams(segments: string[]): number {
  return segments.filter((segment) => segment.startsWith(':')).length;
}

function decode(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}
