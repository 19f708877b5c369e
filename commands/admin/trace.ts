// /admin trace: which request made a picture, from its marks, its file and the registry.

import { defineSubcommand } from '../../src/discord/define-command.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { attachmentOption, stringOption } from '../../src/discord/options.ts';
import { findReferred, readReference } from '../../src/discord/picture-reference.ts';
import { readOrigin } from '../../src/discord/read-origin.ts';
import { refuse } from '../../src/discord/refusal.ts';
import { isTheirs, recordTrace, tellTrace } from '../tell-trace.ts';
import { recordCard } from '../trace-card.ts';

const options = { picture: attachmentOption(), link: stringOption({ maxLength: 200 }) };

export const trace = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.trace,
  options,
  needs: 'moderate',
  first: 'private',
  check({ texts }, { picture, link }) {
    if (picture === undefined && link === undefined) return refuse(texts.origin.giveOne);
    return link !== undefined && readReference(link) === null ? refuse(texts.origin.notAReference) : null;
  },
  async handle(stage, { picture, link }) {
    const { reply, texts } = stage;
    if (picture === undefined) {
      const record = await findReferred(stage.services.jobs, readReference(link ?? ''));
      // Whether a job of another server exists is nobody's business here.
      if (record === null || !isTheirs(stage, record.job.reply.guildId)) {
        await reply.edit(quiet({ content: texts.origin.unknownMessage }));
        return;
      }
      await recordTrace(stage, record.job.jobId, record.job.requester.userId, null);
      await reply.edit(recordCard(stage, record));
      return;
    }
    await reply.edit(quiet({ embeds: [...(await tellTrace(stage, await readOrigin(stage, picture)))] }));
  },
});
