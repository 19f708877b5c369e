// "Picture info" on any message: the card of one of our pictures, or what the file of somebody else's picture says about itself
// (AUTOMATIC1111's text, which most tools write), with a command to paint it here.

import type { APIAttachment, APIEmbed } from 'discord-api-types/v10';
import type { Stage } from '../src/discord/behaviour.ts';
import { defineMessageCommand } from '../src/discord/define-context-menu.ts';
import { fetchAttachment } from '../src/discord/fetch-attachment.ts';
import { imagineCommand } from '../src/discord/imagine-command.ts';
import { isPicture } from '../src/discord/judge-input.ts';
import { code, plain, quiet, shorten } from '../src/discord/message-body.ts';
import { jobIdIn } from '../src/discord/message-job.ts';
import { judgeParent, parentOf } from '../src/discord/parent-job.ts';
import { settingsFrom } from '../src/discord/picture-settings.ts';
import { parseParameters } from '../src/image/a1111-parameters.ts';
import { readParametersText } from '../src/image/picture-parameters.ts';
import { infoCard } from './components/info.ts';

const mostPictures = 3;
const mostFields = 20;
const limits = { maxBytes: 25 * 2 ** 20, timeoutMs: 10_000 };

async function cardOf(stage: Stage, attachment: APIAttachment): Promise<APIEmbed | null> {
  const { installation, texts, services } = stage;
  const bytes = await fetchAttachment(attachment.url, { ...limits, allowedHosts: installation.cdnHosts }).catch(
    (error: unknown) => {
      services.logger.debug({ err: error }, 'a picture could not be fetched');
      return null;
    },
  );
  const text = bytes && (await readParametersText(bytes));
  if (!text) return null;
  const parameters = parseParameters(text);
  const { prompt, negativePrompt, fields } = parameters;
  const words = texts.info;
  const long = (name: string, value: string) => ({ name, value: plain(shorten(value, 450)) });
  const command = code(imagineCommand(texts, settingsFrom(parameters), installation));
  return {
    title: shorten(plain(attachment.filename), 200),
    description: `${words.command}\n\`\`\`\n${shorten(command, 1000)}\n\`\`\``,
    fields: [
      ...(prompt ? [long(words.prompt, prompt)] : []),
      ...(negativePrompt ? [long(words.negative, negativePrompt)] : []),
      ...Object.entries(fields)
        .filter(([, value]) => value !== '')
        .slice(0, mostFields)
        .map(([name, value]) => ({ name: shorten(plain(name), 60), value: shorten(plain(value), 60), inline: true })),
    ],
  };
}

export const pictureInfo = defineMessageCommand({
  name: (texts) => texts.menus.pictureInfo,
  first: 'private',
  asks(ground, { message }) {
    const jobId = jobIdIn(message, ground.facts);
    return jobId === null ? {} : { jobIds: [jobId] };
  },
  judge: (scene, { message }) => (jobIdIn(message, scene.facts) === null ? null : judgeParent(scene)),
  async handle(stage, { message }) {
    const { reply, texts } = stage;
    const record = parentOf(stage);
    if (record) {
      await reply.edit(await infoCard(stage, record));
      return;
    }
    const pictures = message.attachments.filter(isPicture);
    const cards: APIEmbed[] = [];
    // One after another: an embed has a share of Discord's 6,000 characters, and so has the memory.
    for (const picture of pictures.slice(0, mostPictures)) {
      const card = await cardOf(stage, picture);
      if (card) cards.push(card);
    }
    const [first] = cards;
    if (!first) {
      await reply.edit(quiet({ content: pictures.length > 0 ? texts.menus.saysNothing : texts.menus.noPicture }));
      return;
    }
    // Several cards share one message's 6,000 characters.
    await reply.edit(quiet({ embeds: cards.length > 1 ? cards.map(withoutSmallPrint) : [first] }));
  },
});

function withoutSmallPrint(card: APIEmbed): APIEmbed {
  return { ...card, fields: (card.fields ?? []).slice(0, 10) };
}
