// What moderators learn of a picture, and that they looked: /admin trace, and "Check origin" where a moderator opens it.

import type { APIEmbed } from 'discord-api-types/v10';
import type { Stage } from '../src/discord/behaviour.ts';
import { presserOf } from '../src/discord/facts.ts';
import { recordAction } from '../src/discord/mod-log.ts';
import type { Origin } from '../src/discord/read-origin.ts';
import { isOperator } from '../src/moderation/permissions.ts';
import { traceCard } from './trace-card.ts';

/** Whether a request is this presser's to know: their server's own, or any where the operator trusts them. */
export function isTheirs({ facts, installation }: Stage, guildId: string | null): boolean {
  return guildId === facts.guildId || isOperator(presserOf(facts), installation.operatorRoleIds);
}

export function recordTrace(stage: Stage, jobId: string | null, subjectId: string | null, traceId: number | null) {
  return recordAction(stage, { action: 'picture traced', jobId, subjectId, details: { traceId } }, ({ origin }) =>
    origin.traced(`<@${stage.facts.user.id}>`, jobId === null ? origin.tracedNothing : `\`${jobId}\``),
  );
}

/** @returns the card; the look is written down before it is handed out */
export async function tellTrace(stage: Stage, origin: Origin): Promise<readonly APIEmbed[]> {
  const { record } = origin;
  const known = record !== null && isTheirs(stage, record.job.reply.guildId) ? record.job : null;
  await recordTrace(stage, known?.jobId ?? null, known?.requester.userId ?? null, origin.inspection.traceId);
  return traceCard(stage, origin, known !== null).embeds ?? [];
}
