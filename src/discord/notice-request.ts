// A request that the server's filter lets pass but has noticed: in the audit trail before it is queued, as a line of the mod-log after.

import { MessageFlags } from 'discord-api-types/v10';
import type { GenerateJob } from '../jobs/generate-job.ts';
import { noticedEntries } from '../moderation/filter-entry.ts';
import type { Stage } from './behaviour.ts';
import { guildTexts } from './guild-texts.ts';
import { maxContentLength, plain, quiet, shorten } from './message-body.ts';
import { postToModLog } from './mod-log.ts';

export const longestQuote = 300;

export interface Notice {
  /** Never throws. */
  post(): Promise<void>;
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
    async post() {
      const { modLog } = guildTexts(stage);
      const [worst] = [...found].sort((a, b) => a.entry.action.localeCompare(b.entry.action));
      if (!worst) return;
      const line = (worst.entry.action === 'flag' ? modLog.flagged : modLog.logged)(
        `<@${facts.user.id}>`,
        `<#${reply.channelId}>`,
        found.map(({ entry }) => `#${entry.id}`).join(', '),
        plain(worst.text),
        jobId,
      );
      const body = quiet({ content: shorten(line, maxContentLength) });
      // What is only logged rings at nobody's.
      const silent = worst.entry.action === 'log' ? { flags: MessageFlags.SuppressNotifications as number } : {};
      await postToModLog(stage, { ...body, ...silent });
    },
  };
}
