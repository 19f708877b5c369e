// What moderators are told of a picture's origin. Whoever asked in another server, or in private messages, stays unknown here: that is the
// operator's to look up.

import type { APIEmbedField } from 'discord-api-types/v10';
import { samplers } from '../src/diffusion/samplers/index.ts';
import type { Stage } from '../src/discord/behaviour.ts';
import { sayTime } from '../src/discord/durations.ts';
import { type MessageBody, plain, quiet, shorten } from '../src/discord/message-body.ts';
import type { Origin } from '../src/discord/read-origin.ts';
import type { JobRecord } from '../src/store/jobs.ts';
import type { Catalogue } from '../src/texts/index.ts';

function sayReadings({ origin: words }: Catalogue, inspection: Origin['inspection']): string {
  const { traceId, referenceMark, parameters } = inspection;
  return [
    traceId === null ? words.noMark : words.mark(traceId),
    ...(referenceMark.found ? [words.reference(Math.round(100 * referenceMark.bitAccuracy))] : []),
    ...(parameters === null ? [] : [words.words]),
  ].join('; ');
}

function whereOf({ origin: words }: Catalogue, record: JobRecord): string {
  const { channelId, guildId, ephemeral } = record.job.reply;
  if (ephemeral) return words.message(`<#${channelId}>, ${words.private}`, null);
  const { message } = record;
  return words.message(
    `<#${channelId}>`,
    message && `https://discord.com/channels/${guildId ?? '@me'}/${message.channelId}/${message.messageId}`,
  );
}

/** What a request says about itself. @param tile -1 for a whole sheet */
export function requestFields(
  stage: Pick<Stage, 'installation' | 'texts'>,
  record: JobRecord,
  tile: number,
): APIEmbedField[] {
  const {
    origin: words,
    job: { parts },
  } = stage.texts;
  const { jobId, requester, request, createdAt } = record.job;
  const short = (name: string, value: string): APIEmbedField => ({ name, value, inline: true });
  const model = request.modelName ?? stage.installation.offers.find(request.modelHash)?.name;
  return [
    short(words.which, tile < 0 ? words.sheet(`\`${jobId}\``) : words.tile(tile + 1, `\`${jobId}\``)),
    short(words.by, `<@${requester.userId}>\n${plain(requester.displayName)} · \`${requester.userId}\``),
    short(words.when, sayTime(createdAt)),
    short(words.where, whereOf(stage.texts, record)),
    short(words.model, `${model ? `${plain(model)} ` : ''}\`${request.modelHash.slice(0, 16)}\``),
    short(
      words.settings,
      [
        `${request.width}×${request.height}`,
        samplers[request.sampler].label,
        `${request.steps} ${parts.steps}`,
        `${parts.guidance} ${request.guidanceScale}`,
        `${parts.seed} ${request.seed}`,
      ].join(', '),
    ),
    { name: words.prompt, value: shorten(plain(shorten(request.prompt, 500)), 1024) },
  ];
}

/** @param mayKnow whether the request is this server's own */
export function traceCard(stage: Stage, origin: Origin, mayKnow: boolean): MessageBody {
  const { texts } = stage;
  const { origin: words } = texts;
  const { inspection, trace, record } = origin;
  const readings: APIEmbedField = { name: words.read, value: sayReadings(texts, inspection) };
  const card = (description: string | null, fields: readonly APIEmbedField[]) =>
    quiet({
      embeds: [{ title: words.title, ...(description === null ? {} : { description }), fields: [...fields, readings] }],
    });
  if (inspection.traceId === null)
    return card(inspection.referenceMark.found ? words.onlyReference : words.notFound, []);
  if (trace === null || record === null) return card(words.unknownTrace(inspection.traceId), []);
  // A mark can be copied: moderators must not act on the request behind a picture that it did not make.
  const doubt = origin.resembles === false ? texts.verify.unlike : null;
  if (mayKnow) return card(doubt, requestFields(stage, record, trace.tile));
  return card(
    words.elsewhereLine,
    requestFields(stage, record, trace.tile).filter(({ name }) => [words.when, words.model].includes(name)),
  );
}

/** The same of a message or a job that was named: nothing had to be read. */
export function recordCard(stage: Stage, record: JobRecord): MessageBody {
  const { origin: words } = stage.texts;
  const [only, ...more] = record.result?.pictures ?? [];
  const fields = requestFields(stage, record, only && more.length === 0 && only.kind === 'tile' ? only.index : -1);
  return quiet({ embeds: [{ title: words.title, fields: [...fields, { name: words.read, value: words.record }] }] });
}
