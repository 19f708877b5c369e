// Reactions as presses on our own messages: for members who know them from elsewhere. Needs the gateway intent GuildMessageReactions, so
// that it is off unless the operator wants it. Whatever goes wrong is logged; a reaction has no answer that could say so.

import type { Client } from 'discord.js';
import { GatewayDispatchEvents, type GatewayMessageReactionAddDispatchData } from 'discord-api-types/v10';
import type { JobRecord } from '../store/jobs.ts';
import type { Services } from './services.ts';

export interface ReactionStage {
  readonly services: Services;
  readonly record: JobRecord;
  readonly userId: string;
  readonly channelId: string;
  readonly messageId: string;
}

export interface Reaction {
  readonly emoji: string;
  handle(stage: ReactionStage): Promise<void>;
}

/** Clients send emoji with and without the selector that asks for a coloured picture. */
const bare = (emoji: string | null) => (emoji ?? '').replace(/\uFE0F/g, '');

export interface Reactions {
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

export function listenToReactions(
  client: Client,
  reactions: readonly Reaction[],
  services: Services,
  applicationId: () => string | null,
): Reactions {
  const byEmoji = new Map(reactions.map((reaction) => [bare(reaction.emoji), reaction]));
  const underWay = new Set<Promise<void>>();

  async function react(data: GatewayMessageReactionAddDispatchData): Promise<void> {
    const reaction = byEmoji.get(bare(data.emoji.name));
    const self = applicationId();
    if (!reaction || data.user_id === self || (data.message_author_id && data.message_author_id !== self)) return;
    const found = await services.jobs.findByMessage(data.message_id);
    if (!found) return;
    // The gate claims the event where several bots see it, and knows who is banned.
    const answer = await services.gate.pass({
      interactionId: `reaction-${data.message_id}-${data.user_id}-${bare(data.emoji.name)}`,
      resumed: false,
      userId: data.user_id,
      guildId: data.guild_id ?? null,
      roleIds: data.member?.roles ?? [],
      pressKey: null,
      intent: null,
      jobIds: [found.job.jobId],
      pictures: 0,
      modelHash: services.installation.model.hash,
    });
    const record = answer.type === 'open' ? answer.jobs[0] : null;
    if (answer.type !== 'open' || answer.refusal || !record) return;
    const { user_id: userId, channel_id: channelId, message_id: messageId } = data;
    await reaction.handle({ services, record, userId, channelId, messageId });
  }

  client.ws.on(GatewayDispatchEvents.MessageReactionAdd, (data: GatewayMessageReactionAddDispatchData) => {
    const work = react(data)
      .catch((error: unknown) => services.logger.warn({ err: error }, 'a reaction could not be answered'))
      .finally(() => underWay.delete(work));
    underWay.add(work);
  });
  return {
    async idle() {
      await Promise.all(underWay);
    },
  };
}
