// The few requests that delivery makes. A new message is made exactly once: a nonce that Discord enforces for some minutes, a note in Redis
// before the request, and, where an earlier attempt left no answer, a look at the channel before a second one.

import { setTimeout as sleep } from 'node:timers/promises';
import { type InternalRequest, MessageFlags, type RawFile, type REST, RequestMethod, Routes } from 'discord.js';
import { z } from 'zod';
import type { Attempts } from './attempts.ts';
import { refusalOf } from './discord-answers.ts';
import type { DeliveryFile } from './fit-attachments.ts';

export interface Draft {
  readonly content: string;
  readonly components: readonly object[];
  readonly files: readonly DeliveryFile[];
  readonly altText: (file: DeliveryFile) => string;
  /** Whom the message may notify; nobody else, whatever the prompt says. */
  readonly mention: string | null;
}

export interface Posted {
  /** Null where Discord's answer did not say and nothing else tells. */
  readonly id: string | null;
  readonly channel_id: string;
}

const messageSchema = z.object({
  id: z.string().optional().catch(undefined),
  channel_id: z.string().optional().catch(undefined),
});
const historySchema = z.array(
  z.looseObject({ id: z.string(), channel_id: z.string(), author: z.looseObject({ id: z.string() }) }),
);

const discordEpoch = 1_420_070_400_000;
const historyPages = 5;

function requestOf(draft: Draft): { body: Record<string, unknown>; files: RawFile[] } {
  return {
    body: {
      content: draft.content,
      components: draft.components,
      // The complete list every time: whatever is not named here is taken off the message, so a repeated edit adds nothing.
      attachments: draft.files.map((file, id) => ({
        id: String(id),
        filename: file.name,
        description: draft.altText(file),
      })),
      allowed_mentions: { parse: [], ...(draft.mention === null ? {} : { users: [draft.mention] }) },
    },
    files: draft.files.map((file) => ({
      name: file.name,
      data: Buffer.from(file.data),
      contentType: file.contentType,
    })),
  };
}

export interface DiscordMessages {
  /**
   * By the interaction's token; no bot authorisation is sent.
   * @param messageId of a further answer; null for the original
   * @param known of the message, should Discord's answer not say
   */
  editAnswer(
    applicationId: string,
    token: string,
    messageId: string | null,
    draft: Draft,
    known: Posted,
  ): Promise<Posted>;
  edit(channelId: string, messageId: string, draft: Draft): Promise<Posted>;
  /** A further answer seen by the member alone. */
  whisper(applicationId: string, token: string, draft: Draft): Promise<void>;
  /**
   * @param nonce at most 25 characters, the same for every attempt
   * @param trace a text that only this message of ours contains
   */
  createOnce(
    channelId: string,
    draft: Draft,
    once: { attempts: Attempts; step: string; nonce: string; trace: string; replyTo: string | null; authorId: string },
  ): Promise<Posted>;
  openDirectMessages(userId: string): Promise<string>;
}

export function createDiscordMessages(rest: REST): DiscordMessages {
  /** A 2xx says that it is done. Whatever its body lacks is no reason to send the pictures again. */
  async function send(request: InternalRequest, known: Posted): Promise<Posted> {
    const response = await rest.queueRequest(request);
    const said = messageSchema.safeParse(await response.json().catch(() => null)).data;
    return { id: said?.id ?? known.id, channel_id: said?.channel_id ?? known.channel_id };
  }

  /** What an attempt without an answer may have posted. Null where it is not there or cannot be looked up. */
  async function find(channelId: string, since: number, trace: string, authorId: string): Promise<Posted | null> {
    // Clocks differ: start a minute early.
    let after = String((BigInt(Math.max(0, since - 60_000 - discordEpoch)) << 22n) | 0n);
    for (let page = 0; page < historyPages; page += 1) {
      const query = new URLSearchParams({ after, limit: '100' });
      const answer = await rest.get(Routes.channelMessages(channelId), { query }).catch((error: unknown) => {
        if (refusalOf(error) === 'try-again') throw error;
        return [];
      });
      const messages = historySchema.parse(answer);
      const ours = messages.find(
        (message) => message.author.id === authorId && JSON.stringify(message).includes(trace),
      );
      if (ours) return { id: ours.id, channel_id: ours.channel_id };
      const newest = messages.map((message) => BigInt(message.id)).sort((a, b) => (a < b ? 1 : -1))[0];
      if (messages.length < 100 || newest === undefined) return null;
      after = String(newest);
      await sleep(100);
    }
    return null;
  }

  return {
    async editAnswer(applicationId, token, messageId, draft, known) {
      const fullRoute = Routes.webhookMessage(applicationId, token, messageId ?? '@original');
      return send({ method: RequestMethod.Patch, fullRoute, ...requestOf(draft), auth: false }, known);
    },
    async edit(channelId, messageId, draft) {
      const fullRoute = Routes.channelMessage(channelId, messageId);
      const known = { id: messageId, channel_id: channelId };
      return send({ method: RequestMethod.Patch, fullRoute, ...requestOf(draft) }, known);
    },
    async whisper(applicationId, token, draft) {
      const { body, files } = requestOf(draft);
      const request = { body: { ...body, flags: MessageFlags.Ephemeral }, files, auth: false };
      await rest.post(Routes.webhook(applicationId, token), request);
    },
    async createOnce(channelId, draft, { attempts, step, nonce, trace, replyTo, authorId }) {
      const known = await attempts.result(step);
      if (known !== null) return { id: known === '' ? null : known, channel_id: channelId };
      const earlier = await attempts.begin(step);
      const found = earlier === null ? null : await find(channelId, earlier, trace, authorId);
      if (found) {
        await attempts.finish(step, found.id ?? '');
        return found;
      }
      const { body, files } = requestOf(draft);
      const reference =
        replyTo === null ? {} : { message_reference: { message_id: replyTo, fail_if_not_exists: false } };
      try {
        const request = { body: { ...body, ...reference, nonce, enforce_nonce: true }, files };
        const fullRoute = Routes.channelMessages(channelId);
        const sent = { id: null, channel_id: channelId };
        const said = await send({ method: RequestMethod.Post, fullRoute, ...request }, sent);
        const since = earlier ?? Date.now();
        const posted =
          said.id === null ? ((await find(channelId, since, trace, authorId).catch(() => null)) ?? said) : said;
        await attempts.finish(step, posted.id ?? '');
        return posted;
      } catch (error) {
        // A clear no means that nothing was posted; silence means that it may have been.
        if (refusalOf(error) !== 'try-again') await attempts.undo(step);
        throw error;
      }
    },
    async openDirectMessages(userId) {
      const channel = await rest.post(Routes.userChannels(), { body: { recipient_id: userId } });
      return z.object({ id: z.string() }).parse(channel).id;
    },
  };
}
