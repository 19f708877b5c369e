// ✉️ on a result: its pictures one by one and everything it was made with, by direct message to whoever asks.

import { type RawFile, Routes } from 'discord.js';
import type { APIChannel } from 'discord-api-types/v10';
import { fitEachPicture } from '../../src/delivery/fit-attachments.ts';
import { imagineCommand } from '../../src/discord/imagine-command.ts';
import { code, quiet, shorten } from '../../src/discord/message-body.ts';
import type { Reaction } from '../../src/discord/reactions.ts';
import { loadPicture } from '../../src/store/load-picture.ts';
import { textsFor } from '../../src/texts/index.ts';

/** Where no interaction says more: Discord's own default. */
const attachmentLimit = 10 * 2 ** 20;

export const sendByReaction: Reaction = {
  emoji: '✉️',
  async handle({ services, record, userId }) {
    const { job, result } = record;
    const { jobId, request, reply } = job;
    const texts = textsFor(reply.locale);
    const tiles = result?.pictures.filter((picture) => picture.kind === 'tile') ?? [];
    const load = (picture: (typeof tiles)[number]) => loadPicture(services.images, picture, services.logger);
    const messages = await fitEachPicture(jobId, tiles, load, attachmentLimit);
    const lines = [
      ...(messages ? [] : [texts.album.notKept]),
      `\`${jobId}\``,
      ...tiles.map((tile) => `#${tile.index + 1}: ${texts.job.parts.seed} ${tile.seed}`),
      `\`\`\`\n${shorten(code(imagineCommand(texts, request, services.installation)), 1700)}\n\`\`\``,
    ];
    const channel = (await services.rest.post(Routes.userChannels(), { body: { recipient_id: userId } })) as APIChannel;
    for (const [index, files] of (messages ?? [[]]).entries()) {
      const attachments = files.map(({ name, picture }, id) => ({
        id: String(id),
        filename: name,
        description: shorten(texts.job.altText(request.prompt, picture.index + 1), 1024),
      }));
      const body = quiet({ ...(index === 0 ? { content: lines.join('\n') } : {}), attachments });
      const raw: RawFile[] = files.map(({ name, data, contentType }) => ({
        name,
        data: Buffer.from(data),
        contentType,
      }));
      await services.rest.post(Routes.channelMessages(channel.id), { body, files: raw });
    }
  },
};
