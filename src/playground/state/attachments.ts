// Files of the twin's content delivery network: signed links that expire after a day, as Discord's do since 2023, and the
// facts Discord reads from a file (type by name, size in pixels). https://docs.discord.com/developers/reference#signed-attachment-cdn-urls

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { extname } from 'node:path';
import type { World } from '../state.ts';
import { imageSize } from './image-size.ts';
import type { Attachment } from './types.ts';

const LINK_LIFETIME_MS = 24 * 60 * 60_000;
const MAX_DESCRIPTION = 1024;
const key = randomBytes(32);

const CONTENT_TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.avif': 'image/avif',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.zip': 'application/zip',
};

export interface UploadedFile {
  filename: string;
  bytes: Buffer;
  description?: string | undefined;
  spoiler?: boolean;
}

export function addAttachment(world: World, channelId: string, file: UploadedFile, ephemeral: boolean): Attachment {
  const filename = safeName(file.filename);
  const size = imageSize(file.bytes);
  const attachment: Attachment = {
    id: world.nextId(),
    channelId,
    filename,
    description: file.description?.slice(0, MAX_DESCRIPTION),
    contentType: CONTENT_TYPES[extname(filename).toLowerCase()] ?? 'application/octet-stream',
    bytes: file.bytes,
    width: size?.width,
    height: size?.height,
    spoiler: file.spoiler === true || filename.startsWith('SPOILER_'),
    ephemeral,
  };
  world.attachments.set(attachment.id, attachment);
  return attachment;
}

export function attachmentPath(attachment: Attachment): string {
  const folder = attachment.ephemeral ? 'ephemeral-attachments' : 'attachments';
  return `/${folder}/${attachment.channelId}/${attachment.id}/${encodeURIComponent(attachment.filename)}`;
}

export function signLink(origin: string, attachment: Attachment, now: number): string {
  const path = attachmentPath(attachment);
  const issued = Math.floor(now / 1000).toString(16);
  const expires = Math.floor((now + LINK_LIFETIME_MS) / 1000).toString(16);
  return `${origin}${path}?ex=${expires}&is=${issued}&hm=${signature(path, expires, issued)}&`;
}

/** Whether a link was made here, for this path, and has not expired. */
export function isLinkValid(path: string, query: URLSearchParams, now: number): boolean {
  const [expires, issued, given] = [query.get('ex') ?? '', query.get('is') ?? '', query.get('hm') ?? ''];
  const wanted = Buffer.from(signature(path, expires, issued));
  const received = Buffer.from(given);
  if (wanted.length !== received.length || !timingSafeEqual(wanted, received)) return false;
  return Number.parseInt(expires, 16) * 1000 > now;
}

function signature(path: string, expires: string, issued: string): string {
  return createHmac('sha256', key).update(`${path}\n${expires}\n${issued}`).digest('hex');
}

/** Discord keeps letters, digits, dot, dash and underscore of a file name. */
export function safeName(filename: string): string {
  const cleaned = filename.replaceAll(/\s+/g, '_').replaceAll(/[^\w.-]/g, '');
  return cleaned === '' ? 'unknown' : cleaned.slice(-260);
}
