// The negative prompt that a server adds to every request: put at the end of the member's where a job is made, so that workers of every
// version paint with it, and taken off again where a record is read, because it is nobody's words. Once, however long the line of descent.

import type { GenerateJob } from './generate-job.ts';
import { hardLimits, type PaintRequest } from './paint-request.ts';

function added(negativePrompt: string, serverNegative: string): string {
  if (!serverNegative) return negativePrompt;
  // Where both have no room, the server's words stay whole.
  const room = negativePrompt.slice(0, Math.max(0, hardLimits.promptCharacters - serverNegative.length - 2));
  return room ? `${room}, ${serverNegative}` : serverNegative;
}

/** What is left of a negative prompt without the server's words at its end. */
export function withoutServerNegative(negativePrompt: string, serverNegative: string): string {
  if (!serverNegative) return negativePrompt;
  if (negativePrompt === serverNegative) return '';
  const end = `, ${serverNegative}`;
  return negativePrompt.endsWith(end) ? negativePrompt.slice(0, -end.length) : negativePrompt;
}

/** Of a request and of each cell that has a negative prompt of its own. */
function withNegatives(request: PaintRequest, change: (negativePrompt: string) => string): PaintRequest {
  const { plot } = request;
  const cells = plot?.cells.map((cell) =>
    cell.negativePrompt === undefined ? cell : { ...cell, negativePrompt: change(cell.negativePrompt) },
  );
  return {
    ...request,
    negativePrompt: change(request.negativePrompt),
    ...(plot && cells ? { plot: { ...plot, cells } } : {}),
  };
}

/** @param request whose end may hold the same words already: an older version left them in its records */
export function addServerNegative(request: PaintRequest, serverNegative: string): PaintRequest {
  return withNegatives(request, (own) => added(withoutServerNegative(own, serverNegative), serverNegative));
}

/** The job in its member's words alone. */
export function asAsked(job: GenerateJob): GenerateJob {
  const { serverNegative, ...rest } = job;
  if (serverNegative === undefined) return job;
  return { ...rest, request: withNegatives(job.request, (all) => withoutServerNegative(all, serverNegative)) };
}
