// What the bot needs to be allowed in a server: the one list that the invite link asks for and the doctor looks for.

import { PermissionFlagsBits } from 'discord.js';

/** Least that the flows need, by Discord's names. */
export const wantedPermissions = {
  ViewChannel: PermissionFlagsBits.ViewChannel,
  SendMessages: PermissionFlagsBits.SendMessages,
  SendMessagesInThreads: PermissionFlagsBits.SendMessagesInThreads,
  AttachFiles: PermissionFlagsBits.AttachFiles,
  EmbedLinks: PermissionFlagsBits.EmbedLinks,
  ReadMessageHistory: PermissionFlagsBits.ReadMessageHistory,
} as const;

export const botPermissions: bigint = Object.values(wantedPermissions).reduce((all, bit) => all | bit, 0n);

export function inviteLink(applicationId: string): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: 'bot applications.commands',
    permissions: String(botPermissions),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
