// /privacy export: everything stored about the member, as one JSON file that only they see.

import { gzipSync } from 'node:zlib';
import { defineSubcommand } from '../../src/discord/define-command.ts';
import { quiet } from '../../src/discord/message-body.ts';

const notice =
  'Everything Easel stores about this Discord account. Times are in milliseconds since 1970. Left out: secrets of the connection to ' +
  'Discord, and what is about other people. Pictures are in the messages that the links lead to.';

export const privacyExport = defineSubcommand({
  words: (texts) => texts.commands.privacy.subcommands.export,
  options: {},
  first: 'private',
  asks: () => ({ evenBanned: true }),
  async handle({ facts, texts, services, reply }) {
    const data = await services.moderation.personal.export(facts.user.id);
    const exportedAt = new Date().toISOString();
    const json = Buffer.from(JSON.stringify({ notice, exportedAt, userId: facts.user.id, ...data }, null, 2));
    const isLarge = json.length > facts.attachmentSizeLimit;
    const name = `easel-data-${exportedAt.slice(0, 10)}.json${isLarge ? '.gz' : ''}`;
    const file = {
      name,
      data: isLarge ? gzipSync(json) : json,
      contentType: isLarge ? 'application/gzip' : 'application/json',
    };
    if (file.data.length > facts.attachmentSizeLimit) {
      await reply.edit(quiet({ content: texts.privacy.tooLarge }));
      return;
    }
    await reply.edit(
      quiet({ content: texts.privacy.exported(data.requests.length), attachments: [{ id: '0', filename: name }] }),
      [file],
    );
  },
});
