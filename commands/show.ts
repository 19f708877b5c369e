// /show: a picture of before, posted again under live buttons, by its job id. Nothing is painted and nothing
// charged: where the pictures are no longer kept, a button paints the same request again.

import { ComponentType } from 'discord-api-types/v10';
import { defineCommand } from '../src/discord/define-command.ts';
import { judgeShow } from '../src/discord/judge-show.ts';
import { refuseLate } from '../src/discord/late-refusal.ts';
import { plain, quiet, shorten } from '../src/discord/message-body.ts';
import { stringOption } from '../src/discord/options.ts';
import { parentOf } from '../src/discord/parent-job.ts';
import { refuse } from '../src/discord/refusal.ts';
import { showAgain } from '../src/discord/show-again.ts';
import { EaselError } from '../src/errors.ts';
import { jobIdSchema } from '../src/jobs/generate-job.ts';
import { paintAgain } from './components/paint-again.ts';

const readJobId = (text: string): string | null => jobIdSchema.safeParse(text.trim().toLowerCase()).data ?? null;

const options = { job: stringOption({ required: true, minLength: 1, maxLength: 40 }) };

export const show = defineCommand({
  words: (texts) => texts.commands.show,
  options,
  first: (scene) => (parentOf(scene)?.job.reply.ephemeral ? 'private' : 'reply'),
  check: ({ texts }, { job }) => (readJobId(job) === null ? refuse(texts.show.unknown) : null),
  asks: (_ground, { job }) => ({ jobIds: [readJobId(job) ?? ''], durable: true }),
  judge: judgeShow,
  async handle(stage) {
    const record = parentOf(stage);
    if (!record) throw new EaselError('store-corrupt', 'the job to show was there a moment ago');
    const shown = await showAgain(stage, record);
    if (shown === 'shown') return;
    if (shown !== 'not-kept') return refuseLate(stage, shown);
    const { jobId, request } = record.job;
    await stage.reply.edit(
      quiet({
        content: `**${plain(shorten(request.prompt, 600))}**\n${stage.texts.show.notKept}`,
        components: [{ type: ComponentType.ActionRow, components: [paintAgain.button(stage.texts, [jobId])] }],
      }),
    );
  },
});
