// Discord's error codes that are part of normal life, as questions. Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes

import { DiscordAPIError } from 'discord.js';

const codes = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  alreadyAcknowledged: 40060,
  invalidWebhookToken: 50027,
} as const;

function hasCode(error: unknown, ...wanted: readonly number[]): boolean {
  return error instanceof DiscordAPIError && wanted.includes(Number(error.code));
}

/** The first response came twice: somebody of ours was there before. */
export function isAlreadyAcknowledged(error: unknown): boolean {
  return hasCode(error, codes.alreadyAcknowledged);
}

/** More than three seconds went by, or the interaction never was ours. */
export function isVoid(error: unknown): boolean {
  return hasCode(error, codes.unknownInteraction);
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

/** Discord understood and said no; trying the same thing again cannot help. */
export function isRefused(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status >= 400 && error.status < 500 && error.status !== 429;
}
