// The mod-log's lines about what happened by itself. None quotes a request that fell under the floor, and none shows a picture: what the
// checker held back is seen on a review's card alone, and there only where the mod-log is age-restricted.

import type { GenerateJob, GenerateResult } from '../jobs/generate-job.ts';
import type { Facts } from './facts.ts';
import { plain, shorten } from './message-body.ts';
import { longestLineQuote, type ModLogLine } from './mod-log-digest.ts';
import type { Refusal } from './refusal.ts';

/** A request that a rule refused; null for other refusals, which concern nobody but their member. */
export function refusalLine({ guildId, guildLocale, channelId, user }: Facts, { record }: Refusal): ModLogLine | null {
  if (record?.action !== 'request refused') return null;
  const { rule, category, text } = record.details ?? {};
  const quote = category === 'minors' || typeof text !== 'string' ? null : plain(shorten(text, longestLineQuote));
  return {
    guildId,
    guildLocale,
    say: ({ admin, modLog }) => {
      const names: Readonly<Record<string, string>> = admin.filter.rules;
      return modLog.refused(`<@${user.id}>`, `<#${channelId}>`, names[String(rule)] ?? plain(String(rule)), quote);
    },
  };
}

/** What the checker held back of a result; null where all of it was posted, and where it only shows another job's pictures again. */
export function withheldLine(
  { reply, requester, shows, jobId }: GenerateJob,
  result: GenerateResult,
): ModLogLine | null {
  const held = result.pictures.flatMap(({ kind, index, outcome, reason, withheldCells }) => [
    ...(kind === 'tile' && outcome !== 'posted' ? [{ place: index, outcome, reason: reason ?? 'checker-error' }] : []),
    ...(withheldCells ?? []).map((cell) => ({ place: cell.cell, outcome: 'withheld' as const, reason: cell.reason })),
  ]);
  if (held.length === 0 || shows !== undefined) return null;
  return {
    guildId: reply.guildId,
    guildLocale: reply.guildLocale ?? null,
    say: ({ job, modLog }) => {
      const alike = new Map<string, { readonly places: string[]; readonly part: (places: string) => string }>();
      for (const { place, outcome, reason } of held) {
        const part = outcome === 'blurred' ? modLog.blurredPart : modLog.withheldPart;
        const group = alike.get(`${outcome} ${reason}`) ?? {
          places: [],
          part: (places: string) => part(places, job.reasons[reason]),
        };
        group.places.push(`#${place + 1}`);
        alike.set(`${outcome} ${reason}`, group);
      }
      const what = [...alike.values()].map(({ places, part }) => part(places.join(', ')));
      return modLog.withheld(`<@${requester.userId}>`, `<#${reply.channelId}>`, what.join('; '), `\`${jobId}\``);
    },
  };
}
