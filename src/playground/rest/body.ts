// Request bodies: JSON, or multipart/form-data with `payload_json` and `files[n]`.
// https://docs.discord.com/developers/reference#uploading-files

import type { IncomingMessage } from 'node:http';
import { apiErrors } from '../api-error.ts';

/** A whole request, files included. */
export const MAX_REQUEST_BYTES = 25 * 1024 * 1024;

export interface RequestFile {
  /** The n of `files[n]`. */
  index: string;
  filename: string;
  bytes: Buffer;
}

export interface RequestBody {
  /** undefined when there was no body. */
  json: unknown;
  files: RequestFile[];
  /** Names of the parts of form data; else null. */
  parts: string[] | null;
}

export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    // Keeps reading what is too much, without keeping it, so that the client gets the answer.
    if (size <= maxBytes) chunks.push(chunk);
  }
  if (size > maxBytes) throw apiErrors.tooLarge();
  return Buffer.concat(chunks, size);
}

export async function parseBody(bytes: Buffer, contentType: string): Promise<RequestBody> {
  if (bytes.length === 0) return { json: undefined, files: [], parts: null };
  if (contentType.startsWith('multipart/form-data')) return parseMultipart(bytes, contentType);
  return { json: parseJson(bytes.toString('utf8')), files: [], parts: null };
}

async function parseMultipart(bytes: Buffer, contentType: string): Promise<RequestBody> {
  const parts = await new Response(bytes, { headers: { 'content-type': contentType } }).formData().catch(() => {
    throw apiErrors.badJson();
  });
  const body = { json: undefined as unknown, files: [] as RequestFile[], parts: [] as string[] };
  for (const [name, value] of parts) {
    body.parts.push(name);
    const index = /^files\[(\d{1,2})\]$/.exec(name)?.[1];
    if (name === 'payload_json') body.json = parseJson(typeof value === 'string' ? value : await value.text());
    else if (index !== undefined && typeof value !== 'string')
      body.files.push({ index, filename: value.name, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw apiErrors.badJson();
  }
}
