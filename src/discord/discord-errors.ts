// Discord's error codes that are part of normal life, as questions. Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes

import { DiscordAPIError } from 'discord.js';

const codes = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  unknownWebhook: 10015,
  invalidWebhookToken: 50027,
} as const;

function hasCode(error: unknown, ...wanted: readonly number[]): boolean {
  return error instanceof DiscordAPIError && wanted.includes(Number(error.code));
}

/** The interaction's token is older than 15 minutes, or was never acknowledged. */
export function isTokenExpired(error: unknown): boolean {
  return (
    hasCode(error, codes.invalidWebhookToken, codes.unknownWebhook) ||
    (error instanceof DiscordAPIError && error.status === 401)
  );
}

export function isMessageGone(error: unknown): boolean {
  return hasCode(error, codes.unknownMessage, codes.unknownChannel);
}
