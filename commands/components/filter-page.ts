// The card of /admin filter list and its buttons. It holds what members never see, so that it is drawn in private answers alone.

import { ComponentType } from 'discord-api-types/v10';
import type { Scene } from '../../src/discord/behaviour.ts';
import { pageArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { code, type MessageBody, quiet, shorten } from '../../src/discord/message-body.ts';
import { defaultFilter } from '../../src/moderation/default-filter.ts';
import { isReadable } from '../../src/moderation/filter-entry.ts';
import { refusedWords } from '../../src/moderation/rules/refused-words.ts';

const perPage = 15;
const longestDescription = 4096;

export const filterOlder = defineComponent({
  id: 'lo',
  args: [pageArg],
  needs: 'manage',
  render: () => ({ emoji: '▶️' }),
  first: 'update',
  handle: async (stage, { args: [page] }) => void (await stage.reply.edit(filterCard(stage, page))),
});

export const filterNewer = defineComponent({
  id: 'ln',
  args: [pageArg],
  needs: 'manage',
  render: () => ({ emoji: '◀️' }),
  first: 'update',
  handle: async (stage, { args: [page] }) => void (await stage.reply.edit(filterCard(stage, page))),
});

/** Phrases of the shipped list by category. */
const shippedCounts = new Map<string, number>();
for (const { category, phrases, onlyInPrompt = [] } of defaultFilter) {
  shippedCounts.set(category, (shippedCounts.get(category) ?? 0) + phrases.length + onlyInPrompt.length);
}

export function filterCard(
  { guild, rules, texts }: Pick<Scene, 'guild' | 'rules' | 'texts'>,
  wanted: number,
): MessageBody {
  const words = texts.admin.filter;
  const entries = guild.filter;
  const pages = Math.max(1, Math.ceil(entries.length / perPage));
  const page = Math.min(wanted, pages - 1);
  const lines = entries.slice(page * perPage, (page + 1) * perPage).map((entry) => {
    const unreadable = isReadable(entry) ? '' : ` ⚠️ ${words.unreadable}`;
    return `\`#${entry.id}\` \`${code(entry.text)}\` — ${words.kinds[entry.kind]}, ${words.actions[entry.action]}${unreadable}`;
  });
  const total = [...shippedCounts.values()].reduce((sum, count) => sum + count, 0);
  // An operator's own list is the operator's to show.
  const isShipped = rules.includes(refusedWords);
  const shipped = words.shipped(
    words.shippedCount(total),
    [...shippedCounts].map(([category, count]) => `${category} ${count}`).join(', '),
  );
  const buttons = [
    filterNewer.button(texts, [Math.max(0, page - 1)], { disabled: page === 0 }),
    filterOlder.button(texts, [page + 1], { disabled: page + 1 >= pages }),
  ];
  return quiet({
    embeds: [
      {
        title: words.title,
        description: shorten(
          [lines.length === 0 ? words.empty : lines.join('\n'), ...(isShipped ? ['', `-# ${shipped}`] : [])].join('\n'),
          longestDescription,
        ),
        footer: { text: words.page(page + 1, pages, entries.length) },
      },
    ],
    components: pages > 1 ? [{ type: ComponentType.ActionRow, components: buttons }] : [],
  });
}
