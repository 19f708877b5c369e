// What a member started, and what becomes of it: the bot's answer, its modal, its suggestions, or its silence.

import { MessageFlags } from 'discord-api-types/v10';
import { EaselError } from '../../errors.ts';
import { showMessage } from '../state/show.ts';
import type { Interaction } from '../state/types.ts';
import type { World } from '../state.ts';
import type { PageChoice, PageModal, WireMessage } from '../wire.ts';
import { showModal } from './modals.ts';
import { until } from './until.ts';

export interface Acknowledgement {
  /** Callback type of the first response: 4 message, 5 deferred, 6 deferred update, 7 update, 8 suggestions, 9 modal. */
  type: number;
  /** From the event's sending to the response's arrival. */
  afterMs: number;
}

export class Invocation {
  readonly interaction: Interaction;
  readonly #world: World;

  constructor(world: World, interaction: Interaction) {
    this.#world = world;
    this.interaction = interaction;
  }

  get id(): string {
    return this.interaction.id;
  }

  /** Rejects when the bot lets the three seconds pass ("The application did not respond"). */
  acknowledgement(timeoutMs?: number): Promise<Acknowledgement> {
    const { interaction } = this;
    return this.#until('an acknowledgement', timeoutMs, () => {
      if (interaction.acknowledgedAt === undefined || interaction.callbackType === undefined) return undefined;
      return { type: interaction.callbackType, afterMs: interaction.acknowledgedAt - interaction.createdAt };
    });
  }

  /** The answer as soon as it exists, "is thinking..." included. */
  reply(timeoutMs?: number): Promise<WireMessage> {
    return this.#until('an answer', timeoutMs, () => this.currentReply());
  }

  /** The answer once it says something and `isWanted` holds. */
  answer(isWanted: (message: WireMessage) => boolean = () => true, timeoutMs?: number): Promise<WireMessage> {
    return this.#until('a filled answer', timeoutMs, () => {
      const message = this.currentReply();
      return message && !(message.flags & MessageFlags.Loading) && isWanted(message) ? message : undefined;
    });
  }

  /** The `index`-th follow-up message. */
  followUp(index = 0, timeoutMs?: number): Promise<WireMessage> {
    return this.#until('a follow-up', timeoutMs, () => this.currentFollowUps()[index]);
  }

  modal(timeoutMs?: number): Promise<PageModal> {
    return this.#until('a modal', timeoutMs, () => showModal(this.interaction));
  }

  choices(timeoutMs?: number): Promise<PageChoice[]> {
    return this.#until('suggestions', timeoutMs, () => this.interaction.choices);
  }

  /** Resolves when Discord's client would say that the application did not respond. */
  failure(timeoutMs?: number): Promise<void> {
    const failed = () => (this.interaction.status === 'failed' ? true : undefined);
    return until(this.#world, 'the interaction to fail', failed, timeoutMs).then(() => undefined);
  }

  currentReply(): WireMessage | undefined {
    return this.#show(this.interaction.originalMessageId);
  }
  currentFollowUps(): WireMessage[] {
    return this.interaction.followUpIds.flatMap((id) => this.#show(id) ?? []);
  }

  #show(messageId: string | undefined): WireMessage | undefined {
    const message = messageId === undefined ? undefined : this.#world.message(this.interaction.channelId, messageId);
    return message && showMessage(this.#world, message, this.interaction.userId);
  }
  #until<T>(what: string, timeoutMs: number | undefined, probe: () => T | undefined): Promise<T> {
    return until(
      this.#world,
      what,
      () => {
        if (this.interaction.status === 'failed')
          throw new EaselError(
            'bad-request',
            `Expected ${what} but the application did not respond within three seconds`,
          );
        return probe();
      },
      timeoutMs,
      () => {
        const message = this.currentReply();
        return message && JSON.stringify(message.content || (message.embeds[0]?.description ?? ''));
      },
    );
  }
}
