// /admin takedown: a picture goes, wherever the bot posted it, and nothing like it is painted here again.

import type { Stage } from '../../src/discord/behaviour.ts';
import { defineSubcommand } from '../../src/discord/define-command.ts';
import { presserOf } from '../../src/discord/facts.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { attachmentOption, booleanOption, stringOption } from '../../src/discord/options.ts';
import { findReferred, readReference } from '../../src/discord/picture-reference.ts';
import { readOrigin } from '../../src/discord/read-origin.ts';
import { refuse } from '../../src/discord/refusal.ts';
import { rememberLooks, takeDownJob } from '../../src/discord/take-down.ts';
import { isOperator } from '../../src/moderation/permissions.ts';
import type { JobRecord } from '../../src/store/jobs.ts';

const options = {
  picture: attachmentOption(),
  link: stringOption({ maxLength: 200 }),
  reason: stringOption({ maxLength: 300 }),
  everywhere: booleanOption(),
};

/** The record, where it is this server's to take down. */
function isTheirs({ facts, installation }: Stage, record: JobRecord | null): record is JobRecord {
  if (record === null) return false;
  return record.job.reply.guildId === facts.guildId || isOperator(presserOf(facts), installation.operatorRoleIds);
}

export const takedown = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.takedown,
  options,
  needs: 'manage',
  first: 'private',
  check({ facts, installation, texts }, { picture, link, everywhere }) {
    if (everywhere && !isOperator(presserOf(facts), installation.operatorRoleIds)) {
      return refuse(texts.review.operatorsOnly, 'permission');
    }
    if (picture === undefined && link === undefined) return refuse(texts.origin.giveOne);
    return link !== undefined && readReference(link) === null ? refuse(texts.origin.notAReference) : null;
  },
  async handle(stage, { picture, link, reason = null, everywhere = false }) {
    const { reply, services, texts } = stage;
    const wish = { reason, everywhere };
    const say = (content: string) => reply.edit(quiet({ content }));
    if (picture === undefined) {
      const record = await findReferred(services.jobs, readReference(link ?? ''));
      if (!isTheirs(stage, record)) return void (await say(texts.origin.unknownMessage));
      const { deleted, left, pictures } = await takeDownJob(stage, record, wish);
      return void (await say(texts.review.takenDown(pictures, deleted, left)));
    }
    const { inspection, record, trace } = await readOrigin(stage, picture);
    if (trace === null || !isTheirs(stage, record)) {
      // Nobody knows where it was posted, or it is another server's: what looks like it is withheld all the same.
      await rememberLooks(stage, inspection, wish);
      return void (await say(texts.review.onlyRemembered));
    }
    const tiles = trace.tile < 0 ? {} : { tiles: [trace.tile] };
    const { deleted, left, pictures } = await takeDownJob(stage, record, { ...wish, ...tiles });
    await say(texts.review.takenDown(pictures, deleted, left));
  },
});
