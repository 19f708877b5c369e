// What the bot asks of a server: six permissions that its flows need, and none that could harm anybody.

import { PermissionFlagsBits as P, PermissionsBitField } from 'discord.js';
import { expect, it } from 'vitest';
import { inviteLink } from '../../src/launcher/bot-permissions.ts';

it('the invite link asks for six permissions', () => {
  const query = new URL(inviteLink('123')).searchParams;
  expect(query.get('scope')).toBe('bot applications.commands');
  const asked = new PermissionsBitField(BigInt(query.get('permissions') ?? '0'));
  expect(asked.toArray().sort()).toEqual(
    ['AttachFiles', 'EmbedLinks', 'ReadMessageHistory', 'SendMessages', 'SendMessagesInThreads', 'ViewChannel'].sort(),
  );
  for (const harmful of [P.Administrator, P.ManageGuild, P.ManageMessages, P.MentionEveryone, P.ManageWebhooks])
    expect(asked.has(harmful, false)).toBe(false);
});
