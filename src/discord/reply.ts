// The message that answers one interaction: edited by the interaction's token while it lives (15 minutes), by the bot's token after.

import { MessageFlags, type RawFile, type REST, Routes } from 'discord.js';
import type { APIMessage } from 'discord-api-types/v10';
import { isTokenExpired } from './discord-errors.ts';
import type { Facts } from './facts.ts';
import type { MessageBody, MessageFile } from './message-body.ts';

export function rawFiles(files: readonly MessageFile[]): RawFile[] {
  return files.map((file) => ({ name: file.name, data: Buffer.from(file.data), contentType: file.contentType }));
}

/** Where an editable answer lives; plain data, so that another process can go on with it. */
export interface ReplyAddress {
  readonly applicationId: string;
  readonly token: string;
  readonly channelId: string;
  /** Null where it was never learned: then only the token reaches the message. */
  readonly messageId: string | null;
  readonly ephemeral: boolean;
  /** A further answer to the interaction: reached by its id, not as the original. */
  readonly further?: boolean | undefined;
}

function messageOf({ further, messageId }: ReplyAddress): string {
  return further && messageId !== null ? messageId : '@original';
}

/** @throws DiscordAPIError when neither way is open. */
export async function editReply(
  rest: REST,
  address: ReplyAddress,
  body: MessageBody,
  files: readonly MessageFile[] = [],
  signal?: AbortSignal,
): Promise<APIMessage> {
  const request = { body, files: rawFiles(files), ...(signal ? { signal } : {}) };
  try {
    const route = Routes.webhookMessage(address.applicationId, address.token, messageOf(address));
    return (await rest.patch(route, { ...request, auth: false })) as APIMessage;
  } catch (error) {
    // An ephemeral message is out of the bot token's reach.
    if (!isTokenExpired(error) || address.messageId === null || address.ephemeral) throw error;
    return (await rest.patch(Routes.channelMessage(address.channelId, address.messageId), request)) as APIMessage;
  }
}

export interface Reply {
  readonly address: ReplyAddress;
  edit(body: MessageBody, files?: readonly MessageFile[]): Promise<APIMessage>;
  /** A further message, seen by the member only. */
  whisper(body: MessageBody): Promise<void>;
  remove(): Promise<void>;
}

export function replyOf(rest: REST, facts: Facts, messageId: string | null, ephemeral: boolean): Reply {
  const address: ReplyAddress = {
    applicationId: facts.applicationId,
    token: facts.token,
    channelId: facts.channelId,
    messageId,
    ephemeral,
  };
  return {
    address,
    edit: (body, files) => editReply(rest, address, body, files),
    async whisper(body) {
      await rest.post(Routes.webhook(facts.applicationId, facts.token), {
        body: { ...body, flags: MessageFlags.Ephemeral },
        auth: false,
      });
    },
    async remove() {
      await rest.delete(Routes.webhookMessage(facts.applicationId, facts.token, '@original'), { auth: false });
    },
  };
}
