// "Check origin" on any message: for the pictures in it /verify; to a moderator of the server what /admin trace says.

import type { APIEmbed } from 'discord-api-types/v10';
import { defineMessageCommand } from '../src/discord/define-context-menu.ts';
import { presserOf } from '../src/discord/facts.ts';
import { isPicture } from '../src/discord/judge-input.ts';
import { quiet } from '../src/discord/message-body.ts';
import { readOrigin } from '../src/discord/read-origin.ts';
import { refuse } from '../src/discord/refusal.ts';
import { tooManyVerified } from '../src/discord/verify-limit.ts';
import { mayDo } from '../src/moderation/permissions.ts';
import { originCard } from './origin-card.ts';
import { tellTrace } from './tell-trace.ts';

const mostPictures = 4;

export const checkOrigin = defineMessageCommand({
  name: (texts) => texts.verify.menu,
  first: 'private',
  asks: () => ({ evenBanned: true }),
  check: ({ texts }, { message }) => (message.attachments.some(isPicture) ? null : refuse(texts.menus.noPicture)),
  async handle(stage, { message }) {
    const pictures = message.attachments.filter(isPicture);
    const cards: APIEmbed[] = [];
    const moderates =
      stage.facts.guildId !== null &&
      mayDo('moderate', presserOf(stage.facts), stage.guild, stage.installation.operatorRoleIds);
    // One after another: a picture in memory at a time.
    for (const [place, picture] of pictures.slice(0, mostPictures).entries()) {
      const refusal = moderates ? null : await tooManyVerified(stage);
      if (refusal !== null) return void (await stage.reply.edit(quiet({ content: refusal, embeds: cards })));
      const origin = await readOrigin(stage, picture, place);
      if (moderates) cards.push(...(await tellTrace(stage, origin)));
      else cards.push(originCard(stage, origin, pictures.length > 1 ? picture.filename : undefined));
    }
    await stage.reply.edit(quiet({ embeds: cards }));
  },
});
