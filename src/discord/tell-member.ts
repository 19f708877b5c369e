// Tells a member what is nobody else's business: as a further answer to what they pressed, seen by them alone, while that press can be
// answered (15 minutes); by direct message after that.

import { MessageFlags, type REST, Routes } from 'discord.js';
import type { APIMessage } from 'discord-api-types/v10';
import type { Logger } from '../observability/logger.ts';
import type { MessageBody } from './message-body.ts';

/** A press of the member. */
export interface Pressed {
  readonly applicationId: string;
  /** A secret with a lifetime of 15 minutes. */
  readonly token: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** A minute less than Discord's 15: clocks differ. */
export const tokenLifeMs = 14 * 60_000;

/** @returns the message's id; null where the press can no longer be answered */
export async function whisperTo(rest: REST, pressed: Pressed, body: MessageBody): Promise<string | null> {
  if (Date.now() - pressed.at >= tokenLifeMs) return null;
  try {
    const request = { body: { ...body, flags: MessageFlags.Ephemeral }, auth: false };
    return ((await rest.post(Routes.webhook(pressed.applicationId, pressed.token), request)) as APIMessage).id;
  } catch {
    return null; // the next way is tried
  }
}

/** @returns whether it reached them */
export async function tellMember(
  { rest, logger }: { readonly rest: REST; readonly logger: Logger },
  userId: string,
  pressed: Pressed | null,
  body: MessageBody,
): Promise<boolean> {
  if (pressed && (await whisperTo(rest, pressed, body)) !== null) return true;
  try {
    const channel = (await rest.post(Routes.userChannels(), { body: { recipient_id: userId } })) as { id: string };
    await rest.post(Routes.channelMessages(channel.id), { body });
    return true;
  } catch (error) {
    logger.debug({ err: error }, 'a member could not be told');
    return false;
  }
}
