// Embeds and their limits. https://docs.discord.com/developers/resources/message#embed-object-embed-limits

import type { Form } from '../../form.ts';
import type { WireEmbed, WireMedia } from '../../wire.ts';
import { given } from './given.ts';

const MAX_EMBEDS = 10;
const MAX_TOTAL_CHARACTERS = 6000;
const LINK = /^(https?|attachment):\/\/\S+$/;

export function readEmbeds(form: Form): WireEmbed[] | undefined {
  const embeds = form.list('embeds', { max: MAX_EMBEDS }, readEmbed);
  const total = (embeds ?? []).reduce((sum, embed) => sum + charactersOf(embed), 0);
  if (total > MAX_TOTAL_CHARACTERS)
    form.refuse('embeds', 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${MAX_TOTAL_CHARACTERS}`);
  return embeds;
}

function readEmbed(form: Form): WireEmbed {
  return given<WireEmbed>({
    title: form.string('title', { max: 256 }),
    description: form.string('description', { max: 4096 }),
    url: form.string('url', { max: 2048, pattern: LINK }),
    timestamp: form.string('timestamp', { pattern: /^\d{4}-\d\d-\d\dT/ }),
    color: form.integer('color', { min: 0, max: 0xffffff }),
    footer: form.child('footer', (footer) => ({
      text: footer.requireString('text', { max: 2048 }),
      ...given<{ icon_url?: string }>({ icon_url: footer.string('icon_url', { pattern: LINK }) }),
    })),
    image: form.child('image', readMedia),
    thumbnail: form.child('thumbnail', readMedia),
    author: form.child('author', (author) => ({
      name: author.requireString('name', { max: 256 }),
      ...given<{ url?: string; icon_url?: string }>({
        url: author.string('url', { pattern: LINK }),
        icon_url: author.string('icon_url', { pattern: LINK }),
      }),
    })),
    fields: form.list('fields', { max: 25 }, (field) => ({
      name: field.requireString('name', { min: 1, max: 256 }),
      value: field.requireString('value', { min: 1, max: 1024 }),
      inline: field.boolean('inline') ?? false,
    })),
  });
}

export function readMedia(form: Form): WireMedia {
  return { url: form.requireString('url', { min: 1, max: 2048, pattern: LINK }) };
}

function charactersOf(embed: WireEmbed): number {
  const texts = [embed.title, embed.description, embed.footer?.text, embed.author?.name];
  for (const field of embed.fields ?? []) texts.push(field.name, field.value);
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}
