// A tile out of a posted message: the interaction carries fresh links to its attachments. What comes out is input for a worker, which
// checks and marks it again; it is never posted as it is.

import type { Picture } from '../jobs/generate-job.ts';
import type { Stage } from './behaviour.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { isPicture } from './judge-input.ts';
import { parentOf } from './parent-job.ts';

const maxBytes = 25 * 1024 * 1024;
const timeoutMs = 10_000;

/** @returns null when the message shows no picture that the tile could be cut from */
export async function cutTileFromMessage(stage: Stage, picture: Picture): Promise<Uint8Array | null> {
  const attachments = stage.facts.message?.attachments ?? [];
  const pictures = attachments.filter(isPicture);
  const limits = { allowedHosts: stage.installation.cdnHosts, maxBytes, timeoutMs };
  const count = parentOf(stage)?.job.request.count ?? 1;
  // Several attachments: the grid did not fit and the tiles were posted one by one.
  const single = pictures.length > 1 ? pictures[picture.index] : count === 1 ? pictures[0] : undefined;
  if (single) return fetchAttachment(single.url, limits);
  const [grid] = pictures;
  if (!grid) return null;
  return stage.services.cutTile(await fetchAttachment(grid.url, limits), picture.index, count);
}
