// From a raw interaction to the behaviour that answers it, in this order: read, pure checks, one Redis round trip (claim, intent,
// admission; at most a second), first response, then everything else. Failures become one plain sentence with an error id.

import { randomBytes } from 'node:crypto';
import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIInteraction,
  InteractionType,
} from 'discord-api-types/v10';
import { EaselError } from '../errors.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { isReadableNow } from '../moderation/filter-entry.ts';
import { mayDo } from '../moderation/permissions.ts';
import { inSpan, spanFailure } from '../observability/spans.ts';
import { isRedisTrouble } from '../queue/connect.ts';
import type { GateAnswer } from '../store/gate.ts';
import { textsFor } from '../texts/index.ts';
import { sayFailure } from '../texts/say-failure.ts';
import { createAfterwork } from './afterwork.ts';
import { refusalLine } from './automatic-lines.ts';
import type { Asks, FirstResponse, Ground, Scene } from './behaviour.ts';
import type { CallbackClient, FirstResponses } from './callback-client.ts';
import { decodeCustomId } from './custom-id.ts';
import type { Command } from './define-command.ts';
import type { AnyComponent } from './define-component.ts';
import { type Facts, presserOf, readFacts, stampArrival } from './facts.ts';
import { acknowledge, findReply, openModal, refuseTo, suggestTo } from './first-response.ts';
import { inputReason } from './judge-input.ts';
import { refuseLate } from './late-refusal.ts';
import { quiet } from './message-body.ts';
import { jobIdOf } from './new-job.ts';
import type { Observer } from './observer.ts';
import {
  type AnswerableInteraction,
  readAnswerable,
  readInteraction,
  readInteractionText,
} from './read-interaction.ts';
import { createTaskReader } from './read-task.ts';
import { type Refusal, refuse, sayAdmissionRefusal } from './refusal.ts';
import { type Reply, replyOf } from './reply.ts';
import type { Services } from './services.ts';
import { tokenLifeMs } from './tell-member.ts';
import { termsCard, termsVersion } from './terms-card.ts';

const gateBudgetMs = 1000;
const suggestBudgetMs = 1500;
/** A refusal waits this long for the claim, no longer: nothing is promised by it. */
const refusalClaimMs = 500;
/** Handlers at a time, once nobody waits for a first response. */
const concurrentWork = 16;

export interface DispatcherOptions {
  readonly commands: readonly Command[];
  readonly components: readonly AnyComponent[];
  readonly services: Services;
  readonly callbacks: CallbackClient;
  readonly isAgeRestricted?: (channelId: string) => boolean;
  readonly observer?: Observer;
}

/** What stands behind a first response. */
interface Promised {
  readonly reply: Reply;
  readonly isDurable: boolean;
  /** The reply is the pressed message as it stands there: it is not ours to write an error over. */
  readonly isPressed: boolean;
  readonly work: () => Promise<void>;
}

export interface Dispatcher {
  /** Never throws; resolves when the behaviour is through. */
  dispatch(raw: APIInteraction): Promise<void>;
  /** Takes up an interaction that a process promised to answer and did not: claim and checks are behind it. */
  resume(raw: APIInteraction): Promise<void>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

function timeout<T>(promise: Promise<T>, ms: number): Promise<T | 'late'> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve('late'), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** For metrics: few values, whatever members send. */
function nameOf(raw: AnswerableInteraction): string {
  if ('name' in raw.data) return `/${raw.data.name}`;
  const id = 'custom_id' in raw.data ? decodeCustomId(raw.data.custom_id)?.id : undefined;
  return id === undefined || id.length > 3 ? 'component' : `component ${id}`;
}

/** What was wanted before, as if it were wanted by this press: its id, its token, its time, its member, and its channel as that is marked now. */
function asPressed(wanted: AnswerableInteraction, press: AnswerableInteraction): AnswerableInteraction {
  const { id, token, member, user, channel, channel_id } = press;
  const { member: _member, user: _user, channel: _channel, channel_id: _channelId, ...rest } = wanted;
  const who = { ...(member ? { member } : {}), ...(user ? { user } : {}) };
  const where = { ...(channel ? { channel } : {}), ...(channel_id ? { channel_id } : {}) };
  return stampArrival({ ...rest, id, token, ...who, ...where } as AnswerableInteraction);
}

/** A file that cannot be read is its sender's, and says nothing of us. */
function isSendersOwn(error: unknown): error is EaselError {
  return error instanceof EaselError && (error.code === 'image-unreadable' || error.code === 'image-too-large');
}

export function createDispatcher({
  commands,
  components,
  services,
  callbacks: client,
  isAgeRestricted,
  observer,
}: DispatcherOptions): Dispatcher {
  const { rest, installation, rules, gate } = services;
  const turns = createAfterwork(concurrentWork);
  const tasks = createTaskReader(commands, components);
  const underWay = new Set<Promise<void>>();
  const answering = new Set<string>();

  async function passGate(
    raw: AnswerableInteraction,
    ground: Ground,
    press: string | null,
    asks: Asks,
    resumed: boolean,
  ): Promise<GateAnswer | 'late'> {
    const passing = gate.pass({
      interactionId: ground.facts.interactionId,
      token: ground.facts.token,
      resumed,
      userId: ground.facts.user.id,
      guildId: ground.facts.guildId,
      roleIds: ground.facts.roleIds,
      pressKey: asks.once ? press : null,
      intent: asks.durable ? JSON.stringify(raw) : null,
      jobIds: asks.jobIds ?? [],
      pictures: asks.pictures ?? 0,
      jobs: asks.jobs ?? 1,
      modelHash: asks.modelHash ?? installation.offers.defaultModel().hash,
      terms: installation.terms === 'off' ? null : { version: termsVersion, keep: JSON.stringify(raw) },
    });
    const answer = await timeout(passing, gateBudgetMs).catch((error: unknown) => {
      // A key that holds what it should not: trying again would not help, and the log is to say which one.
      if (error instanceof EaselError) throw error;
      services.logger.warn({ err: error, interactionId: raw.id }, 'gate did not answer');
      return 'late' as const;
    });
    // The member is told to try again: whatever the gate still writes down must not come back as a promise.
    if (answer === 'late') passing.then(() => gate.settle(raw.id)).catch(() => undefined);
    return answer;
  }

  async function suggest(
    raw: APIApplicationCommandAutocompleteInteraction,
    ground: Ground,
    callbacks: FirstResponses,
  ): Promise<void> {
    const typing = tasks.typing(raw.data);
    // What only moderators may do is not suggested to others: the entries of a filter are suggestions, too.
    const needs = typing?.leaf.behaviour.needs;
    const isForThem = async () =>
      needs === undefined ||
      (ground.facts.guildId !== null &&
        mayDo(
          needs,
          presserOf(ground.facts),
          await services.moderation.guilds.get(ground.facts.guildId),
          installation.operatorRoleIds,
        ));
    const found =
      typing?.leaf.suggest && (await timeout(isForThem(), suggestBudgetMs).catch(() => false)) === true
        ? await timeout(
            typing.leaf.suggest(ground, { name: typing.typed.name, text: String(typing.typed.value) }, services),
            suggestBudgetMs,
          ).catch(() => 'late' as const)
        : [];
    await suggestTo(callbacks, ground.facts, found === 'late' ? [] : found);
  }

  /** Where several bots see the event, one refuses; without Redis all do, and Discord takes the first. */
  async function isOthersToRefuse(facts: Facts): Promise<boolean> {
    const claim = gate.pass({
      interactionId: facts.interactionId,
      token: facts.token,
      resumed: false,
      userId: facts.user.id,
      guildId: facts.guildId,
      roleIds: [],
      pressKey: null,
      intent: null,
      jobIds: [],
      pictures: 0,
      modelHash: installation.model.hash,
    });
    const answer = await timeout(claim, refusalClaimMs).catch(() => 'late' as const);
    return answer !== 'late' && answer.type === 'taken';
  }

  const groundOf = (facts: Facts): Ground => ({ facts, texts: textsFor(facts.locale), installation, rules });

  /** Best effort: that a refusal was not written down does not keep it from being said. */
  function record(facts: Facts, refusal: Refusal): void {
    observer?.refused(refusal.reason ?? 'other');
    if (!refusal.record) return;
    const line = refusalLine(facts, refusal);
    if (line) services.modLog.add(line);
    services.moderation.audit
      .append(facts.guildId, { ...refusal.record, actorId: 'system', subjectId: facts.user.id })
      .catch((error: unknown) => services.logger.warn({ err: error }, 'a refusal could not be recorded'));
  }

  /** What was promised is not done after all. A job that was made of it goes its own way: bans and pauses stop it where it is. */
  async function refuseResumed(
    facts: Facts,
    callbacks: FirstResponses,
    refusal: Refusal,
    first: FirstResponse,
  ): Promise<void> {
    const isMade = (await services.jobs.get(jobIdOf(facts.interactionId)).catch(() => null)) !== null;
    if (!isMade) {
      record(facts, refusal);
      const { outcome } = await refuseTo(callbacks, facts, refusal.refuse, refusal.components);
      const reply = replyOf(rest, facts, null, first === 'private');
      const wasPromised = outcome === 'done-before' || (outcome === 'void' && Date.now() - facts.at >= tokenLifeMs);
      // The pressed message stays as it is.
      if (wasPromised && first === 'update') await reply.whisper(quiet({ content: refusal.refuse }));
      else if (wasPromised) await refuseLate({ reply }, refusal);
    }
    await gate.settle(facts.interactionId);
  }

  /** Everything up to the first response. @returns what is to be done after it, or null */
  async function respond(
    raw: AnswerableInteraction,
    ground: Ground,
    callbacks: FirstResponses,
    resumed: boolean,
  ): Promise<Promised | null> {
    const { facts, texts } = ground;
    if (raw.type === InteractionType.ApplicationCommandAutocomplete) {
      await suggest(raw, ground, callbacks);
      return null;
    }
    const task = tasks.read(raw, ground);
    const unfit = 'refuse' in task ? task : task.behaviour.check?.(ground, task.input);
    if ('refuse' in task || unfit) {
      if (await isOthersToRefuse(facts)) return null;
      if (unfit) record(facts, unfit);
      await refuseTo(callbacks, facts, unfit?.refuse ?? texts.refusals.oldButton);
      return null;
    }
    const { behaviour, input } = task;
    const accepted = behaviour.accepts?.(input);
    if (accepted) {
      const kept = await timeout(gate.acceptTerms(facts.user.id, accepted.interactionId, termsVersion), gateBudgetMs);
      if (kept === 'late') {
        await refuseTo(callbacks, facts, texts.refusals.tryAgain);
        return null;
      }
      // Who and where are those of this press; what was wanted in another server is not taken up in this one.
      const wanted = kept === null ? null : readInteractionText(kept);
      if (wanted && wanted.guild_id === raw.guild_id) {
        const pressed = asPressed(wanted, raw);
        return respond(pressed, groundOf(readFacts(pressed, isAgeRestricted)), callbacks, false);
      }
    }
    const asks = behaviour.asks?.(ground, input) ?? {};
    const gateAnswer = await passGate(raw, ground, task.press, asks, resumed);
    if (gateAnswer === 'late') {
      observer?.refused('redis-late');
      await refuseTo(callbacks, facts, texts.refusals.tryAgain);
      return null;
    }
    if (gateAnswer.type === 'taken') return null;
    const firstOf = ({ guild, member, jobs }: Pick<Scene, 'guild' | 'member' | 'jobs'>) =>
      typeof behaviour.first === 'function'
        ? behaviour.first({ ...ground, guild, member, jobs }, input)
        : behaviour.first;
    const turnAway = async (refusal: Refusal): Promise<null> => {
      if (resumed && gateAnswer.type === 'open') await refuseResumed(facts, callbacks, refusal, firstOf(gateAnswer));
      else {
        record(facts, refusal);
        await Promise.all([refuseTo(callbacks, facts, refusal.refuse, refusal.components), gate.settle(raw.id)]);
      }
      return null;
    };
    if (gateAnswer.type === 'repeated') return turnAway(refuse(texts.refusals.repeated, 'repeated'));
    const { refusal: notAdmitted, unreadable } = gateAnswer;
    if (unreadable.length > 0)
      services.logger.error({ keys: unreadable, interactionId: facts.interactionId }, 'values in Redis cannot be read');
    if (notAdmitted?.type === 'terms') return turnAway(termsCard(texts, facts.interactionId));
    if (notAdmitted && !(notAdmitted.type === 'banned' && asks.evenBanned)) {
      return turnAway(sayAdmissionRefusal(texts, notAdmitted, gateAnswer.guild.showReasons));
    }
    const scene = { ...ground, guild: gateAnswer.guild, member: gateAnswer.member, jobs: gateAnswer.jobs };
    const mayPress =
      behaviour.needs === undefined ||
      mayDo(behaviour.needs, presserOf(facts), scene.guild, installation.operatorRoleIds);
    if (!mayPress) {
      const { managersOnly, moderatorsOnly } = texts.refusals;
      return turnAway(refuse(behaviour.needs === 'manage' ? managersOnly : moderatorsOnly, 'permission'));
    }
    // Under rules that nobody can read nothing is painted: they may have forbidden it.
    if (facts.guildId !== null && (asks.pictures ?? 0) !== 0) {
      if (unreadable.includes(redisKeys.guildSettings(facts.guildId)))
        return turnAway(refuse(texts.refusals.settingsUnreadable, 'unreadable'));
      const dark = scene.guild.filter.filter((entry) => entry.action === 'refuse' && !isReadableNow(entry));
      if (dark.length > 0) {
        services.logger.error(
          { guildId: facts.guildId, entries: dark.map(({ id }) => id) },
          'filter entries cannot be read',
        );
        return turnAway(refuse(texts.refusals.filterUnreadable, 'unreadable'));
      }
    }
    const refusal = behaviour.judge?.(scene, input);
    if (refusal) return turnAway(refusal);

    const first = firstOf(scene);
    if (first === 'update' && !facts.message) return turnAway(refuse(texts.refusals.oldButton, 'unknown'));
    if (first === 'modal') {
      // A form cannot be the answer to a form: such a press was made up.
      if (raw.type === InteractionType.ModalSubmit) return turnAway(refuse(texts.refusals.oldButton, 'unknown'));
      if (!behaviour.modal) throw new EaselError('internal', 'Expected a form for a first response of type modal');
      await openModal(callbacks, facts, behaviour.modal(scene, input));
      return null;
    }
    const opening = behaviour.opening?.(scene, input) ?? null;
    const acknowledged = await acknowledge(callbacks, facts, first, opening);
    // Of one taken up while its token lives it means that nobody ever acknowledged it: the member saw "did not respond", and may have asked again.
    if (acknowledged.outcome === 'void' && (!resumed || Date.now() - facts.at < tokenLifeMs)) {
      services.logger.warn({ interactionId: facts.interactionId, resumed }, 'too late for a first response');
      await gate.settle(facts.interactionId);
      return null;
    }
    // The claim is ours, so whoever acknowledged before was this process (the answer got lost) or the one whose work is resumed.
    const messageId =
      first === 'update'
        ? (facts.message?.id ?? null)
        : acknowledged.outcome === 'done'
          ? acknowledged.messageId
          : await findReply(rest, facts);
    const reply = replyOf(rest, facts, messageId, first === 'private');
    return {
      reply,
      isDurable: asks.durable ?? false,
      isPressed: first === 'update' && opening === null,
      work: () => behaviour.handle({ ...scene, services, reply }, input),
    };
  }

  /** One span per interaction; the job it makes and the delivery of that job hang under it, whichever processes they run in. */
  async function traced(given: APIInteraction, resumed: boolean): Promise<void> {
    const read = readInteraction(given, (field) => services.logger.warn({ field }, 'not a whole interaction'));
    if (!read) return resumed ? undefined : turnAwayUnread(given);
    const raw = resumed ? read : stampArrival(read);
    // What this process is about to answer anyway is not taken up beside it.
    const isUnderWay = answering.has(raw.id);
    if (resumed && isUnderWay) return;
    answering.add(raw.id);
    const ids = {
      'easel.interaction.id': raw.id,
      'easel.guild.id': raw.guild_id ?? '',
      'easel.job.id': jobIdOf(raw.id),
      'easel.resumed': resumed,
    };
    try {
      await inSpan(`interaction ${nameOf(raw)}`, ids, () => answer(raw, resumed), 'server');
    } finally {
      if (!isUnderWay) answering.delete(raw.id);
    }
  }

  /** No member is left with silence where an answer can be sent. */
  async function turnAwayUnread(given: unknown): Promise<void> {
    const found = readAnswerable(given);
    if (!found) return;
    const asker = { interactionId: found.id, token: found.token };
    const callbacks = client.receivedAt(performance.now());
    observer?.refused('unread');
    try {
      if (found.isTyping) await suggestTo(callbacks, asker, []);
      else await refuseTo(callbacks, asker, textsFor(found.locale).refusals.unread);
    } catch (error) {
      services.logger.warn({ err: error, interactionId: found.id }, 'the member could not be told');
    }
  }

  async function answer(raw: AnswerableInteraction, resumed: boolean): Promise<void> {
    const facts = readFacts(raw, isAgeRestricted);
    const ground = groundOf(facts);
    let promised: Promised | null = null;
    const receivedAt = performance.now();
    const callbacks = client.receivedAt(receivedAt);
    try {
      promised = await inSpan('first response', {}, () => turns.first(() => respond(raw, ground, callbacks, resumed)));
      observer?.acknowledged(nameOf(raw), (performance.now() - receivedAt) / 1000);
      if (!promised) return;
      await turns.later(promised.work);
      await gate.settle(facts.interactionId);
    } catch (error) {
      await confess(error, raw, facts, callbacks, promised);
    }
  }

  /** One plain sentence with an error id for the member, the rest for the log. */
  async function confess(
    error: unknown,
    { type }: AnswerableInteraction,
    facts: Facts,
    callbacks: FirstResponses,
    promised: Promised | null,
  ): Promise<void> {
    const errorId = randomBytes(4).toString('hex');
    const logger = services.logger.child({
      interactionId: facts.interactionId,
      guildId: facts.guildId,
      jobId: jobIdOf(facts.interactionId),
      errorId,
    });
    if (isSendersOwn(error)) {
      logger.info({ code: error.code, reason: error.message }, 'what was sent with an interaction could not be read');
      observer?.refused(inputReason);
    } else {
      logger.error({ err: error }, 'interaction failed');
      spanFailure(error);
      observer?.failed(
        error instanceof EaselError ? error.code : isRedisTrouble(error) ? 'redis-unavailable' : 'internal',
      );
    }
    const texts = textsFor(facts.locale);
    const known = error instanceof EaselError ? error.userMessage : undefined;
    const sentence =
      known === undefined ? texts.refusals.failed(errorId) : texts.job.failed(sayFailure(texts, known), errorId);
    try {
      // A failure that can pass by itself leaves the intent in place: it is taken up again.
      const passes = error instanceof EaselError ? error.retryable : isRedisTrouble(error);
      if (promised?.isDurable && passes) return;
      if (promised?.isPressed) await promised.reply.whisper(quiet({ content: sentence }));
      else if (promised) await promised.reply.edit(quiet({ content: sentence, components: [] }));
      else if (type === InteractionType.ApplicationCommandAutocomplete) await suggestTo(callbacks, facts, []);
      else {
        const { outcome } = await refuseTo(callbacks, facts, sentence);
        // It was promised after all, and the answer to that got lost: an intent is taken up again.
        if (outcome === 'done-before' && passes) return;
      }
      await gate.settle(facts.interactionId);
    } catch (second) {
      logger.error({ err: second }, 'the member could not be told');
    }
  }

  function track(work: Promise<void>): Promise<void> {
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  }

  return {
    dispatch: (raw) => track(traced(raw, false)),
    resume: (raw) => track(traced(raw, true)),
    async idle() {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },
  };
}
