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

/** Mentions nobody. */
export function quiet(body: Omit<MessageBody, 'allowed_mentions'>): MessageBody {
  return { ...body, allowed_mentions: { parse: [] } };
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
