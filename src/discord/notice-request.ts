// A request that the server's filter lets pass but has noticed: in the audit trail before it is queued, as a line of the mod-log after.

import type { GenerateJob } from '../jobs/generate-job.ts';
import { noticedEntries } from '../moderation/filter-entry.ts';
import type { Stage } from './behaviour.ts';
import { plain, shorten } from './message-body.ts';
import { longestLineQuote } from './mod-log-digest.ts';

/** Of the words in an entry of the audit trail. */
export const longestQuote = 300;

export interface Notice {
  /** A line for the mod-log. */
  post(): void;
}

/** Writes down what the filter says of the request's words; null where it says nothing. @throws what the store throws */
export async function noticeRequest(stage: Stage, { jobId, request, reply }: GenerateJob): Promise<Notice | null> {
  const { facts, guild, services } = stage;
  const { prompt, negativePrompt, plot } = request;
  const cells = (plot?.cells ?? []).map((cell) => ({
    prompt: cell.prompt ?? prompt,
    negativePrompt: cell.negativePrompt ?? negativePrompt,
  }));
  const byEntry = new Map(
    [{ prompt, negativePrompt }, ...cells].flatMap((words) =>
      noticedEntries(guild.filter, words).map(({ entry, field }) => {
        const text = shorten(field === 'prompt' ? words.prompt : words.negativePrompt, longestQuote);
        return [entry.id, { entry, field, text }] as const;
      }),
    ),
  );
  // Taken up again after a crash, it is written down already.
  if (byEntry.size === 0 || (await services.jobs.get(jobId))) return null;
  const found = [...byEntry.values()];
  for (const { entry, field, text } of found) {
    await services.moderation.audit.append(facts.guildId, {
      action: entry.action === 'flag' ? 'request flagged' : 'request logged',
      actorId: 'system',
      subjectId: facts.user.id,
      jobId,
      details: {
        rule: 'server-filter',
        entry: entry.id,
        field,
        text,
      },
    });
  }
  return {
    post() {
      const [worst] = [...found].sort((a, b) => a.entry.action.localeCompare(b.entry.action));
      if (!worst) return;
      const { action } = worst.entry;
      const { guildId, guildLocale } = facts;
      services.modLog.add({
        guildId,
        guildLocale,
        say: ({ modLog }) =>
          (action === 'flag' ? modLog.flagged : modLog.logged)(
            `<@${facts.user.id}>`,
            `<#${reply.channelId}>`,
            found.map(({ entry }) => `#${entry.id}`).join(', '),
            plain(shorten(worst.text, longestLineQuote)),
            jobId,
          ),
        // What is only logged rings at nobody's.
        silent: action === 'log',
      });
    },
  };
}
