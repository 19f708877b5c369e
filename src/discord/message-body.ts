// The JSON of a message as Easel sends it. `allowed_mentions` is not optional here: prompts contain @everyone.

import type {
  APIActionRowComponent,
  APIComponentInMessageActionRow,
  APIEmbed,
  RESTAPIAttachment,
} from 'discord-api-types/v10';

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

export interface MessageBody {
  readonly content?: string;
  readonly embeds?: APIEmbed[];
  readonly components?: Row[];
  readonly attachments?: RESTAPIAttachment[];
  readonly flags?: number;
  readonly allowed_mentions: { readonly parse: []; readonly users?: string[] };
}

export interface MessageFile {
  readonly name: string;
  readonly data: Uint8Array;
  readonly contentType: string;
}

/** Mentions nobody, and keeps its embeds within what Discord takes. */
export function quiet(body: Omit<MessageBody, 'allowed_mentions'>): MessageBody {
  const embeds = body.embeds === undefined ? {} : { embeds: fitEmbeds(body.embeds) };
  return { ...body, ...embeds, allowed_mentions: { parse: [] } };
}

export const maxContentLength = 2000;

/** Shortens in whole characters (no half surrogate pairs), with an ellipsis. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  let end = Math.max(0, maxLength - 1);
  if (/[\uD800-\uDBFF]/.test(text[end - 1] ?? '')) end -= 1;
  return `${text.slice(0, end)}…`;
}

/** What turns the direction of writing round: words shown backwards are other words than those that were judged. */
const turning = /[\u202A-\u202E\u2066-\u2069]/g;

/** Makes a member's words show as typed: no markdown, mentions, links, masked links, time stamps, headings or turned writing. */
export function plain(text: string): string {
  return text
    .replace(turning, '')
    .replace(/\s+/g, ' ')
    .replace(/[\\*_~`|>#[\]()<:-]/g, (character) => `\\${character}`)
    .replace(/@/g, '@\u200B')
    .replace(/(https?|discord\.gg|www\.)/gi, (word) => `${word.slice(0, 1)}\u200B${word.slice(1)}`);
}

/** Inside a code span or block backticks must not end it. */
export function code(text: string): string {
  return text.replace(turning, '').replace(/`/g, 'ˋ');
}

/** https://docs.discord.com/developers/resources/message#embed-object-embed-limits */
const embedLimits = {
  embeds: 10,
  fields: 25,
  title: 256,
  description: 4096,
  fieldName: 256,
  fieldValue: 1024,
  footer: 2048,
  author: 256,
  /** Over all embeds of one message. */
  together: 6000,
} as const;

const fence = '\n```';

/** A code block at the end stays closed: what comes after it would be code otherwise, and its end could not be copied. */
function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength || !text.endsWith(fence)) return shorten(text, maxLength);
  return `${shorten(text.slice(0, -fence.length), maxLength - fence.length)}${fence}`;
}

/** The embed with each of its texts changed. @param change told Discord's limit on this text */
function changeTexts(embed: APIEmbed, change: (text: string, limit: number) => string): APIEmbed {
  const { title, description, footer, author, fields } = embed;
  return {
    ...embed,
    ...(title === undefined ? {} : { title: change(title, embedLimits.title) }),
    ...(description === undefined ? {} : { description: change(description, embedLimits.description) }),
    ...(footer === undefined ? {} : { footer: { ...footer, text: change(footer.text, embedLimits.footer) } }),
    ...(author === undefined ? {} : { author: { ...author, name: change(author.name, embedLimits.author) } }),
    ...(fields === undefined
      ? {}
      : {
          fields: fields.slice(0, embedLimits.fields).map((field) => ({
            ...field,
            name: change(field.name, embedLimits.fieldName),
            value: change(field.value, embedLimits.fieldValue),
          })),
        }),
  };
}

function lengthsOf(embeds: readonly APIEmbed[]): number[] {
  const lengths: number[] = [];
  const note = (text: string) => {
    lengths.push(text.length);
    return text;
  };
  for (const embed of embeds) changeTexts(embed, note);
  return lengths;
}

/** The largest length to which all texts can be cut so that their sum is within the limit. */
function sharedLength(lengths: readonly number[], limit: number): number {
  let left = limit;
  for (const [index, length] of [...lengths].sort((a, b) => a - b).entries()) {
    const share = Math.floor(left / (lengths.length - index));
    if (length > share) return share;
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}

/** What is longest gives way first, so that titles and short fields stay. @returns the same embeds where they are within the limits */
function fitEmbeds(embeds: readonly APIEmbed[]): APIEmbed[] {
  const each = embeds.slice(0, embedLimits.embeds).map((embed) => changeTexts(embed, cut));
  const longest = sharedLength(lengthsOf(each), embedLimits.together);
  return each.map((embed) => changeTexts(embed, (text) => cut(text, longest)));
}
