// A pressed button turns blue (style 1) and stays enabled. Best effort: the parent may be ephemeral, deleted, or too old to be edited.

import { type REST, Routes } from 'discord.js';
import { type APIMessage, ButtonStyle, ComponentType, MessageFlags } from 'discord-api-types/v10';
import { quiet, type Row } from './message-body.ts';

/** The message's rows with one button blue; null when nothing would change. */
export function recoloured(message: APIMessage, customId: string): Row[] | null {
  let changed = false;
  const rows: Row[] = [];
  for (const row of message.components ?? []) {
    if (row.type !== ComponentType.ActionRow) return null;
    rows.push({
      ...row,
      components: row.components.map((component) => {
        if (
          component.type !== ComponentType.Button ||
          !('custom_id' in component) ||
          component.custom_id !== customId
        ) {
          return component;
        }
        if (component.style === ButtonStyle.Primary) return component;
        changed = true;
        return { ...component, style: ButtonStyle.Primary };
      }),
    });
  }
  return changed ? rows : null;
}

/** Never throws. */
export async function turnBlue(rest: REST, message: APIMessage | null, customId: string): Promise<void> {
  if (!message || ((message.flags ?? 0) & MessageFlags.Ephemeral) !== 0) return;
  const components = recoloured(message, customId);
  if (!components) return;
  await rest
    .patch(Routes.channelMessage(message.channel_id, message.id), { body: quiet({ components }) })
    .catch(() => undefined);
}
