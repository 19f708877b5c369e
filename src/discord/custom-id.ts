// Custom ids: `<version>:<component id>:<argument>...`, at most 100 characters. They come back from the user's client,
// so that what returns is parsed like any other input: Discord does not vouch for it.

import { EaselError, expected } from '../errors.ts';

const version = '1';
const maxLength = 100;

function protect(text: string): string {
  return text.replace(/[%:]/g, (character) => (character === '%' ? '%25' : '%3A'));
}

function restore(text: string): string {
  return text.replace(/%(25|3A)/g, (_, code: string) => (code === '25' ? '%' : ':'));
}

/** @throws EaselError `internal` when the result would pass 100 characters. */
export function encodeCustomId(id: string, args: readonly (string | number)[]): string {
  const text = [version, id, ...args.map((arg) => protect(String(arg)))].join(':');
  if (text.length > maxLength) {
    throw new EaselError('internal', expected(`at most ${maxLength} characters`, `custom id of ${id}`, text.length));
  }
  return text;
}

export interface DecodedCustomId {
  readonly id: string;
  /** Unparsed: hand them to the component's own zod tuple. */
  readonly args: readonly string[];
}

/** Null for anything that this version of Easel did not write. */
export function decodeCustomId(text: string): DecodedCustomId | null {
  if (text.length > maxLength) return null;
  const [writtenBy, id, ...args] = text.split(':');
  if (writtenBy !== version || !id) return null;
  return { id, args: args.map(restore) };
}

/** Whether a component of that custom id stands among these, however deep: rows, sections, containers. */
export function holdsComponent(components: unknown, customId: string): boolean {
  if (Array.isArray(components)) return components.some((one) => holdsComponent(one, customId));
  if (typeof components !== 'object' || components === null) return false;
  if ('custom_id' in components && components.custom_id === customId) return true;
  return (
    ('components' in components && holdsComponent(components.components, customId)) ||
    ('accessory' in components && holdsComponent(components.accessory, customId))
  );
}
