// The whole state of the twin, held in memory, and the one stream of events that gateway, actors and page listen to.
// Knows nothing of HTTP; the rules of what may happen live beside it in state/.

import { InteractionType } from 'discord-api-types/v10';
import type { Clock } from './clock.ts';
import { createSnowflakes } from './snowflake.ts';
import { signLink } from './state/attachments.ts';
import type { Seed } from './state/seed.ts';
import type {
  Attachment,
  Channel,
  Command,
  Guild,
  Interaction,
  Member,
  Message,
  Notification,
  Role,
  User,
  Violation,
  ViolationKind,
} from './state/types.ts';

export type WorldEvent =
  | { type: 'message-create'; message: Message }
  | { type: 'message-update'; message: Message }
  | { type: 'message-delete'; channelId: string; messageIds: string[]; visibleTo: string | null; bulk: boolean }
  | { type: 'reaction'; message: Message; emoji: string; userId: string; added: boolean }
  | { type: 'typing'; channelId: string; userId: string }
  | { type: 'notification'; notification: Notification }
  | { type: 'interaction-create'; interaction: Interaction }
  | { type: 'interaction-answered'; interaction: Interaction }
  | { type: 'interaction-failed'; interaction: Interaction }
  | { type: 'modal'; interaction: Interaction }
  | { type: 'commands-changed' }
  | { type: 'locale'; userId: string }
  /** The bot is in the server (again), or no longer. */
  | { type: 'guild-create' }
  | { type: 'guild-delete'; isOutage: boolean }
  | { type: 'presence' };

export class World {
  readonly clock: Clock;
  readonly nextId: () => string;
  readonly guild: Guild;
  readonly bot: User;
  readonly users: Map<string, User>;
  readonly members: Map<string, Member>;
  readonly roles: Map<string, Role>;
  readonly channels: Map<string, Channel>;
  /** By channel, then by id, oldest first. */
  readonly messages = new Map<string, Map<string, Message>>();
  readonly attachments = new Map<string, Attachment>();
  readonly commands = new Map<string, Command>();
  readonly interactions = new Map<string, Interaction>();
  readonly interactionsByToken = new Map<string, Interaction>();
  readonly notifications: Notification[] = [];
  readonly violations: Violation[] = [];
  /** Ids of messages posted with a nonce, by author, channel and nonce. */
  readonly nonces = new Map<string, { messageId: string; at: number }>();
  /** Bytes one file may have; interactions report it. */
  uploadLimitBytes: number;
  /** Scheme, host and port of the server; known once it listens. */
  origin = '';
  botOnline = false;
  /** The server is out of the bot's reach, by an outage of the platform. */
  isGuildOut = false;
  /** When commands were created, by server (null: global). */
  readonly commandCreations = new Map<string | null, number[]>();
  /** Log-ins to the gateway so far. */
  sessionStarts = 0;
  /** How many shards may log in within one five-second slot. */
  identifyConcurrency = 1;
  recommendedShards = 1;
  readonly #listeners = new Set<(event: WorldEvent) => void>();

  constructor(clock: Clock, origins: Seed, uploadLimitBytes: number) {
    this.clock = clock;
    this.nextId = createSnowflakes(clock);
    this.guild = origins.guild;
    this.bot = origins.bot;
    this.users = new Map(origins.users.map((user) => [user.id, user]));
    this.members = new Map(origins.members.map((member) => [member.userId, member]));
    this.roles = new Map(origins.roles.map((role) => [role.id, role]));
    this.channels = new Map(origins.channels.map((channel) => [channel.id, channel]));
    this.uploadLimitBytes = uploadLimitBytes;
  }

  /** Returns what ends the listening. */
  listen(listener: (event: WorldEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  emit(event: WorldEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  violate(kind: ViolationKind, detail: string): void {
    this.violations.push({ kind, detail, at: this.clock.now() });
  }

  message(channelId: string, messageId: string): Message | undefined {
    return this.messages.get(channelId)?.get(messageId);
  }
  messagesIn(channelId: string): Map<string, Message> {
    let list = this.messages.get(channelId);
    if (!list) {
      list = new Map();
      this.messages.set(channelId, list);
    }
    return list;
  }
  displayName(userId: string): string {
    const user = this.users.get(userId);
    return this.members.get(userId)?.nick ?? user?.globalName ?? user?.username ?? 'unknown';
  }
  attachmentUrl(attachment: Attachment): string {
    return signLink(this.origin, attachment, this.clock.now());
  }
  /** Presses, commands and modals sent and not yet answered. */
  waitingInteractions(): Interaction[] {
    return [...this.interactions.values()].filter(
      (interaction) => interaction.status === 'waiting' && interaction.type !== InteractionType.Ping,
    );
  }
}
