// /admin stats: what the server had painted, what was held back, how long members waited, and what it cost in energy.

import { defineSubcommand } from '../../src/discord/define-command.ts';
import { sayDuration } from '../../src/discord/durations.ts';
import { energyOf } from '../../src/discord/energy.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { requireGuild } from '../../src/discord/mod-log.ts';
import { integerOption } from '../../src/discord/options.ts';
import type { Spread } from '../../src/store/guild-stats.ts';

const usualDays = 7;
const mostDays = 90;
const accent = 0x5b8def;
/** A server's entries of the time in question, counted up to here. */
const mostEntries = 50_000;

const bars = '▁▂▃▄▅▆▇█';

/** One character a day; the tallest is the busiest. */
function sparkline(perDay: readonly number[]): string {
  const most = Math.max(1, ...perDay);
  return perDay.map((count) => bars[Math.ceil((count / most) * (bars.length - 1))] ?? '').join('');
}

const options = { days: integerOption({ min: 1, max: mostDays }) };

export const stats = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.stats,
  options,
  needs: 'moderate',
  first: 'private',
  async handle({ facts, installation, reply, services, texts }, { days = usualDays }) {
    const words = texts.admin.stats;
    const guildId = requireGuild(facts);
    const now = Date.now();
    const [painted, entries] = await Promise.all([
      services.moderation.stats(guildId, days, now),
      services.moderation.audit.list(guildId, { since: now - days * 86_400_000, limit: mostEntries }),
    ]);
    // Of one member's refusals beyond so many an hour one entry has the number.
    const happened = (action: string) =>
      entries
        .filter((entry) => entry.action === action)
        .reduce((sum, { details }) => sum + (typeof details.further === 'number' ? details.further : 1), 0);
    const saySpread = (spread: Spread | null) =>
      spread === null ? '–' : words.spread(sayDuration(texts, spread.median), sayDuration(texts, spread.p95));
    const { wattHours, gramsCo2 } = energyOf(installation.energy, painted.paintMs);
    const { watts, gramsPerKilowattHour } = installation.energy;
    const number = new Intl.NumberFormat(facts.locale, { maximumFractionDigits: 1 });
    const { done, failed, cancelled } = painted.jobs;
    const fields = [
      [words.pictures, `${number.format(painted.pictures)}\n\`${sparkline(painted.perDay)}\``],
      [words.requests, words.requestsOf(done, failed, cancelled)],
      [words.heldBack, words.heldBackOf(painted.withheld, painted.blurred)],
      [
        words.prompts,
        words.promptsOf(happened('request refused'), happened('request flagged'), happened('request logged')),
      ],
      [words.waiting, saySpread(painted.waiting)],
      [words.whole, saySpread(painted.whole)],
      [words.energy, words.energyOf(number.format(wattHours), number.format(gramsCo2))],
    ] as const;
    await reply.edit(
      quiet({
        embeds: [
          {
            title: words.title(days),
            color: accent,
            fields: fields.map(([name, value]) => ({ name, value, inline: true })),
            footer: {
              text: [words.method(watts, gramsPerKilowattHour), ...(painted.isCut ? [words.cut] : [])].join(' '),
            },
          },
        ],
      }),
    );
  },
});
