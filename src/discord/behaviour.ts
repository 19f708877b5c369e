// The shape that commands and components share: what may happen before the first response, what the first response is, and what after.

import type { Duty } from '../moderation/permissions.ts';
import type { Rule } from '../moderation/rule.ts';
import type { GateRequest } from '../store/gate.ts';
import type { GuildSettings } from '../store/guild-settings.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { MemberSettings } from '../store/member-settings.ts';
import type { Catalogue } from '../texts/index.ts';
import type { Facts } from './facts.ts';
import type { MessageBody } from './message-body.ts';
import type { ModalBody } from './modal.ts';
import type { Refusal } from './refusal.ts';
import type { Reply } from './reply.ts';
import type { Installation, Services } from './services.ts';

/**
 * reply    a message for the channel ("thinking" first)
 * private  the same, seen by the member only
 * update   the pressed message stays; it may be edited
 * modal    a form
 * Autocomplete is declared on the options that suggest.
 */
export type FirstResponse = 'reply' | 'private' | 'update' | 'modal';

/** All that a check may look at: no network, no Redis. */
export interface Ground {
  readonly facts: Facts;
  readonly texts: Catalogue;
  readonly installation: Installation;
  readonly rules: readonly Rule[];
}

/** The ground, and what the one round trip to Redis brought. */
export interface Scene extends Ground {
  readonly guild: GuildSettings;
  /** The presser's own defaults. */
  readonly member: MemberSettings;
  /** In the order asked for; null where the record is gone. */
  readonly jobs: readonly (JobRecord | null)[];
}

/** The scene after the first response: everything is allowed now. */
export interface Stage extends Scene {
  readonly services: Services;
  readonly reply: Reply;
}

/** What a handler asks of the gate. */
export interface Asks {
  /** Pictures this will charge, or what the gate makes of it; asks for quota and room in the queue. Default 0. */
  readonly pictures?: GateRequest['pictures'];
  /** Jobs this will queue. Default 1. */
  readonly jobs?: number;
  readonly jobIds?: readonly string[];
  /** The model whose queue must have room. Default: the default model's. */
  readonly modelHash?: string | undefined;
  /** Whether the interaction is kept and taken up again after a crash. The handler must then be idempotent. Default false. */
  readonly durable?: boolean;
  /** Whether the same press again within ten seconds is turned away. Default false. */
  readonly once?: boolean;
  /** Whether banned members may do it too: what the law lets everybody ask for. Default false. */
  readonly evenBanned?: boolean;
}

export interface Behaviour<Input> {
  readonly first: FirstResponse | ((scene: Scene, input: Input) => FirstResponse);
  /** Moderators only: asked of each press, by its own permissions, before `judge`; suggestions are given to nobody else either. */
  readonly needs?: Duty;
  /** Before anything else; pure. */
  check?(ground: Ground, input: Input): Refusal | null;
  asks?(ground: Ground, input: Input): Asks;
  /** The press accepts the terms; what that interaction wanted is taken up in its place, and `handle` runs where nothing is kept. */
  accepts?(input: Input): { readonly interactionId: string };
  /** After the round trip, still before the first response; pure. */
  judge?(scene: Scene, input: Input): Refusal | null;
  /** The form, where the first response is `modal`; pure. */
  modal?(scene: Scene, input: Input): ModalBody;
  /** A first response with words in it at once, instead of "thinking"; pure. */
  opening?(scene: Scene, input: Input): MessageBody | null;
  /** After the first response. What it throws is told to the member with an error id. */
  handle(stage: Stage, input: Input): Promise<void>;
}
