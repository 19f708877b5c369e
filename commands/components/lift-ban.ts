// The card of /admin bans and its list of members to let in again.

import { ComponentType } from 'discord-api-types/v10';
import { liftBan } from '../../src/discord/ban-member.ts';
import type { Stage } from '../../src/discord/behaviour.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { sayTime } from '../../src/discord/durations.ts';
import { type MessageBody, plain, quiet, shorten } from '../../src/discord/message-body.ts';
import { requireGuild } from '../../src/discord/mod-log.ts';

/** As many as a select holds. */
const shown = 25;
const longestDescription = 4096;

export const liftBans = defineComponent({
  id: 'ub',
  args: [],
  needs: 'moderate',
  first: 'update',
  async handle(stage, { values }) {
    for (const userId of values) if (/^\d{1,20}$/.test(userId)) await liftBan(stage, userId);
    await stage.reply.edit(await bansCard(stage));
  },
});

export async function bansCard({ texts, facts, services }: Stage): Promise<MessageBody> {
  const words = texts.admin;
  const bans = [...(await services.moderation.bans.list(requireGuild(facts)))].sort((a, b) => b.at - a.at);
  if (bans.length === 0) return quiet({ content: words.noBans, embeds: [], components: [] });
  const lines = bans
    .slice(0, shown)
    .map(({ userId, until, byUserId, reason }) =>
      words.banLine(
        `<@${userId}>`,
        until === null ? null : sayTime(until, 'R'),
        `<@${byUserId}>`,
        reason === null ? null : plain(shorten(reason, 60)),
      ),
    );
  if (bans.length > shown) lines.push(words.more(bans.length - shown));
  return quiet({
    content: '',
    embeds: [{ title: words.bansTitle, description: shorten(lines.join('\n'), longestDescription) }],
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.StringSelect,
            custom_id: liftBans.customId([]),
            placeholder: words.liftChoice,
            min_values: 1,
            max_values: Math.min(shown, bans.length),
            options: bans.slice(0, shown).map(({ userId, displayName, reason }) => ({
              label: shorten(displayName ?? userId, 100),
              value: userId,
              ...(reason === null ? {} : { description: shorten(reason, 100) }),
            })),
          },
        ],
      },
    ],
  });
}
