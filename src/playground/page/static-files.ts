// The page's own files, from src/playground/web. Nothing is loaded from elsewhere, and the browser is told to insist on that.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** `folder` is absolute. Unknown files are 404; paths cannot leave the folder. */
export async function sendStaticFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = resolveInside(folder, path);
  const type = file === undefined ? undefined : TYPES[extname(file)];
  const size = file === undefined || type === undefined ? undefined : await sizeOf(file);
  if (file === undefined || type === undefined || size === undefined) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found\n');
    return;
  }
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': size,
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'Referrer-Policy': 'no-referrer',
  });
  await pipeline(createReadStream(file), response).catch(() => response.destroy());
}

function resolveInside(folder: string, path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path === '/' ? '/index.html' : path);
    if (decoded.includes('\0')) return undefined;
    const file = normalize(join(folder, decoded));
    return file.startsWith(folder + sep) ? file : undefined;
  } catch {
    return undefined;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  const info = await stat(file).catch(() => undefined);
  return info?.isFile() ? info.size : undefined;
}
