// What happens by itself (a request refused, flagged, logged; a picture withheld) as lines in a server's mod-log: the first one at once, what
// follows within half a minute together in one message, and of a flood the first lines and a count. Best effort: what counts is the audit trail.

import { MessageFlags, type REST, Routes } from 'discord.js';
import type { Logger } from '../observability/logger.ts';
import type { GuildSettingsStore } from '../store/guild-settings.ts';
import { type Catalogue, textsFor } from '../texts/index.ts';
import { maxContentLength, quiet, shorten } from './message-body.ts';

export interface ModLogLine {
  readonly guildId: string | null;
  /** As Discord has it; what the server chose comes first. */
  readonly guildLocale: string | null;
  readonly say: (texts: Catalogue) => string;
  /** Rings at nobody's. Default false. */
  readonly silent?: boolean;
}

export interface ModLogDigest {
  /** Takes a line and returns at once; never throws. Of direct messages there is no mod-log. */
  add(line: ModLogLine): void;
  /** Posts what is waiting. */
  close(): Promise<void>;
}

export interface ModLogDigestOptions {
  readonly rest: REST;
  readonly guilds: Pick<GuildSettingsStore, 'get'>;
  readonly logger: Logger;
  /** Between two messages to one server. Default 30 s. */
  readonly everyMs?: number;
}

const everyMs = 30_000;
/** So many lines are read; what else there was is counted. */
const mostLines = 10;
const longestLine = 450;
/** Of a member's words in one line: what else the line says has room after it, even where each of them is escaped. */
export const longestLineQuote = 150;

interface Waiting {
  lines: ModLogLine[];
  more: number;
  /** Runs until the next message may go out. */
  timer: NodeJS.Timeout;
}

export function createModLogDigest(options: ModLogDigestOptions): ModLogDigest {
  const { rest, guilds, logger } = options;
  const waiting = new Map<string, Waiting>();
  const posting = new Set<Promise<void>>();

  async function post(guildId: string, lines: readonly ModLogLine[], more: number): Promise<void> {
    const { modLogChannelId, locale } = await guilds.get(guildId);
    const [first] = lines;
    if (modLogChannelId === null || !first) return;
    const texts = textsFor(locale ?? first.guildLocale);
    const said = lines.map(({ say }) => shorten(say(texts), longestLine));
    if (more > 0) said.push(texts.modLog.andMore(more));
    // Ten long lines are longer than a message: each has its share.
    const isLong = said.join('\n').length > maxContentLength;
    const share = isLong ? Math.floor((maxContentLength - said.length) / said.length) : longestLine;
    const body = quiet({ content: said.map((line) => shorten(line, share)).join('\n') });
    const silent = lines.every((line) => line.silent) ? { flags: MessageFlags.SuppressNotifications as number } : {};
    await rest.post(Routes.channelMessages(modLogChannelId), { body: { ...body, ...silent } });
  }

  function send(guildId: string, lines: readonly ModLogLine[], more: number): void {
    const work = post(guildId, lines, more)
      .catch((error: unknown) => logger.warn({ err: error, guildId }, 'the mod-log could not be written'))
      .finally(() => posting.delete(work));
    posting.add(work);
  }

  /** The pause is over: what came meanwhile goes out and starts another one; after a quiet one the next line is at once again. */
  function tick(guildId: string): void {
    const entry = waiting.get(guildId);
    if (!entry) return;
    if (entry.lines.length === 0) {
      waiting.delete(guildId);
      return;
    }
    send(guildId, entry.lines, entry.more);
    waiting.set(guildId, pause(guildId));
  }

  function pause(guildId: string): Waiting {
    const timer = setTimeout(() => tick(guildId), options.everyMs ?? everyMs);
    timer.unref();
    return { lines: [], more: 0, timer };
  }

  return {
    add(line) {
      const { guildId } = line;
      if (guildId === null) return;
      const entry = waiting.get(guildId);
      if (!entry) {
        send(guildId, [line], 0);
        waiting.set(guildId, pause(guildId));
      } else if (entry.lines.length < mostLines) entry.lines.push(line);
      else entry.more += 1;
    },
    async close() {
      for (const [guildId, { timer, lines, more }] of waiting) {
        clearTimeout(timer);
        if (lines.length > 0) send(guildId, lines, more);
      }
      waiting.clear();
      await Promise.all(posting);
    },
  };
}
