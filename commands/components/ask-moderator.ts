// "Ask a moderator" under a message that says a picture was withheld: its member may ask once, and a card in the server's mod-log asks for
// a decision.

import { ButtonStyle } from 'discord-api-types/v10';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { parentOf } from '../../src/discord/parent-job.ts';
import { refuse } from '../../src/discord/refusal.ts';
import { withheldTiles } from '../../src/discord/withheld-tiles.ts';
import { EaselError } from '../../src/errors.ts';
import { askForReview } from './review.ts';

export const askModerator = defineComponent({
  id: 'am',
  args: [jobIdArg],
  render: (texts) => ({ label: texts.buttons.askModerator, style: ButtonStyle.Primary }),
  first: 'private',
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId] }),
  judge(scene) {
    const { facts, texts } = scene;
    const record = parentOf(scene);
    if (!record) return refuse(texts.refusals.gone);
    const { requester, reply } = record.job;
    if (requester.userId !== facts.user.id) return refuse(texts.review.onlyAuthor);
    if (facts.guildId === null || reply.guildId !== facts.guildId) return refuse(texts.review.noModerators);
    return withheldTiles(record.result?.pictures ?? []).length > 0 ? null : refuse(texts.review.nothingWithheld);
  },
  async handle(stage, { args: [jobId] }) {
    const record = parentOf(stage);
    if (!record) throw new EaselError('store-corrupt', `job ${jobId} was there a moment ago`);
    await stage.reply.edit(quiet({ content: await askForReview(stage, 'appeal', record, null) }));
  },
});
