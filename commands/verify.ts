// /verify: was this picture made here? The free detector that marking AI pictures asks for.

import { defineCommand } from '../src/discord/define-command.ts';
import { quiet } from '../src/discord/message-body.ts';
import { attachmentOption } from '../src/discord/options.ts';
import { readOrigin } from '../src/discord/read-origin.ts';
import { tooManyVerified } from '../src/discord/verify-limit.ts';
import { originCard } from './origin-card.ts';

const options = { image: attachmentOption({ required: true }) };

export const verify = defineCommand({
  words: (texts) => texts.commands.verify,
  options,
  first: 'private',
  // Asking where a picture comes from is no use of the model.
  asks: () => ({ evenBanned: true }),
  async handle(stage, { image }) {
    const refusal = await tooManyVerified(stage);
    if (refusal !== null) return void (await stage.reply.edit(quiet({ content: refusal })));
    const origin = await readOrigin(stage, image);
    await stage.reply.edit(quiet({ embeds: [originCard(stage, origin)] }));
  },
});
