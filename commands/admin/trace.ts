// /admin trace: which request made a picture, from its marks, its file and the registry.

import { defineSubcommand } from '../../src/discord/define-command.ts';
import { presserOf } from '../../src/discord/facts.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { recordAction } from '../../src/discord/mod-log.ts';
import { attachmentOption, stringOption } from '../../src/discord/options.ts';
import { findReferred, readReference } from '../../src/discord/picture-reference.ts';
import { readOrigin } from '../../src/discord/read-origin.ts';
import { refuse } from '../../src/discord/refusal.ts';
import { isOperator } from '../../src/moderation/permissions.ts';
import { recordCard, traceCard } from '../trace-card.ts';

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
    const { facts, installation, reply, texts } = stage;
    const isHere = (guildId: string | null) =>
      guildId === facts.guildId || isOperator(presserOf(facts), installation.operatorRoleIds);
    const remember = (jobId: string | null, subjectId: string | null, traceId: number | null) =>
      recordAction(stage, { action: 'picture traced', jobId, subjectId, details: { traceId } }, ({ origin }) =>
        origin.traced(`<@${facts.user.id}>`, jobId === null ? origin.tracedNothing : `\`${jobId}\``),
      );
    if (picture === undefined) {
      const record = await findReferred(stage.services.jobs, readReference(link ?? ''));
      // Whether a job of another server exists is nobody's business here.
      if (record === null || !isHere(record.job.reply.guildId)) {
        await reply.edit(quiet({ content: texts.origin.unknownMessage }));
        return;
      }
      await reply.edit(recordCard(stage, record));
      await remember(record.job.jobId, record.job.requester.userId, null);
      return;
    }
    const origin = await readOrigin(stage, picture);
    const { record } = origin;
    const mayKnow = record !== null && isHere(record.job.reply.guildId);
    await reply.edit(traceCard(stage, origin, mayKnow));
    const known = mayKnow ? record.job : null;
    await remember(known?.jobId ?? null, known?.requester.userId ?? null, origin.inspection.traceId);
  },
});
