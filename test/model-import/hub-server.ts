// A hub on localhost that speaks the part of Hugging Face's API that the official client uses for downloads.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HubServer {
  endpoint: string;
  /** Requests for file contents, as `path from-to`; the client's size probe is left out. */
  ranges: string[];
  /** Cut the next download of this file after so many bytes. */
  cutAfter(path: string, bytes: number): void;
  close(): Promise<void>;
}

/** Serves `files` of one repository. With `token`, everything needs it. Files from 1000 bytes on are in large-file storage. */
export async function hubServer(repo: string, files: Record<string, Buffer>, token?: string): Promise<HubServer> {
  const ranges: string[] = [];
  const cuts = new Map<string, number>();

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return void response.writeHead(401).end();
    const url = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    if (url === `/api/models/${repo}/tree/main`) return listing(response);
    const content = url.startsWith(`/${repo}/resolve/main/`) ? url.slice(`/${repo}/resolve/main/`.length) : '';
    const bytes = files[content];
    if (!bytes) return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
    send(request, response, content, bytes);
  });

  function listing(response: ServerResponse): void {
    const entries = Object.entries(files).map(([path, bytes]) => {
      const sha1 = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
      const lfs = { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 130 };
      return { type: 'file', path, size: bytes.length, oid: sha1, ...(bytes.length >= 1000 && { lfs }) };
    });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(entries));
  }

  function send(request: IncomingMessage, response: ServerResponse, path: string, bytes: Buffer): void {
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const from = Number(range?.[1] ?? 0);
    const to = range?.[2] ? Math.min(Number(range[2]), bytes.length - 1) : bytes.length - 1;
    const isProbe = range !== null && from === 0 && to === 0;
    if (!isProbe) ranges.push(`${path} ${from}-${to}`);
    const head = { etag: `"${path}"`, 'accept-ranges': 'bytes', 'content-length': to - from + 1 };
    response.writeHead(
      range ? 206 : 200,
      range ? { ...head, 'content-range': `bytes ${from}-${to}/${bytes.length}` } : head,
    );
    const cut = isProbe ? undefined : cuts.get(path);
    if (cut === undefined) return void response.end(bytes.subarray(from, to + 1));
    cuts.delete(path);
    response.write(bytes.subarray(from, from + cut), () => setTimeout(() => response.destroy(), 50));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges,
    cutAfter: (path, bytes) => void cuts.set(path, bytes),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
