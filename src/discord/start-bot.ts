// The bot role, whole: log in, register what changed, answer interactions, take up what a dead process left unanswered, keep live
// messages current. A composition root builds the dependencies; this file starts and stops them in order.

import { type Client, Events } from 'discord.js';
import { EaselError } from '../errors.ts';
import type { Rule } from '../moderation/rule.ts';
import type { Logger } from '../observability/logger.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Batches } from '../store/batches.ts';
import type { Departures } from '../store/departures.ts';
import type { Favourites } from '../store/favourites.ts';
import type { Gate } from '../store/gate.ts';
import type { ImageStore } from '../store/image-store.ts';
import type { JobStore } from '../store/jobs.ts';
import type { KeptResults } from '../store/kept-results.ts';
import type { LiveLeases } from '../store/live-leases.ts';
import type { MemberSettingsStore } from '../store/member-settings.ts';
import type { ModerationStores } from '../store/moderation-stores.ts';
import type { RegistrationMemory } from '../store/registrations.ts';
import type { Totals } from '../store/totals.ts';
import type { TraceRegistry } from '../store/trace-registry.ts';
import type { Uploads } from '../store/uploads.ts';
import { createCallbackClient } from './callback-client.ts';
import { ageRestriction, closedForGood, createClient, gatewayProblem, onInteraction } from './client.ts';
import type { Command } from './define-command.ts';
import type { AnyComponent } from './define-component.ts';
import { createDispatcher } from './dispatch.ts';
import { followServers } from './follow-servers.ts';
import { createLiveJobs, type LivePresenter } from './live-jobs.ts';
import { createLiveReplies, type LiveReplies } from './live-reply.ts';
import { createModLogDigest } from './mod-log-digest.ts';
import type { Observer } from './observer.ts';
import { listenToReactions, type Reaction } from './reactions.ts';
import { readInteractionText } from './read-interaction.ts';
import { keepRegistered } from './register.ts';
import type { Installation, Services } from './services.ts';
import type { IdentifySlots, Shards } from './shards.ts';

export interface BotDependencies {
  readonly token: string;
  readonly apiUrl: string;
  /** Register in this server at once; null registers globally. */
  readonly guildId: string | null;
  readonly shards?: Shards;
  readonly slots: IdentifySlots;
  readonly installation: Installation;
  readonly commands: readonly Command[];
  readonly components: readonly AnyComponent[];
  /** None: the bot does not ask to hear any. */
  readonly reactions?: readonly Reaction[];
  readonly presenter: LivePresenter;
  readonly rules: readonly Rule[];
  readonly gate: Gate;
  readonly queue: JobQueue;
  readonly jobs: JobStore;
  readonly images: ImageStore;
  readonly uploads: Uploads;
  readonly leases: LiveLeases;
  readonly kept: KeptResults;
  readonly batches: Batches;
  readonly memberSettings: MemberSettingsStore;
  readonly favourites: Favourites;
  readonly traces: TraceRegistry;
  readonly totals: () => Promise<Totals>;
  readonly moderation: ModerationStores;
  readonly departures: Departures;
  readonly registrations: RegistrationMemory;
  readonly cutTile: Services['cutTile'];
  readonly logger: Logger;
  /** Progress edits per second over all messages. Default 20. */
  readonly editsPerSecond?: number;
  readonly observer?: Observer;
  /** See mod-log-digest. */
  readonly modLogEveryMs?: number;
  /** How often promises of dead processes are looked for, and from which age on they count as such. */
  readonly resumeEveryMs?: number;
  readonly resumeOlderThanMs?: number;
}

export interface Bot {
  readonly client: Client<true>;
  readonly applicationId: string;
  /** Delivery in the same process writes its last word through these. */
  readonly replies: LiveReplies;
  /** Why nobody is answered right now, in one sentence; null where all is well. */
  problem(): string | null;
  /** Resolves when Discord has ended the connection for good, with the reason in one sentence: this bot hears nothing any more. */
  readonly ended: Promise<string>;
  /** Stops intake, finishes what is under way, then closes. */
  close(): Promise<void>;
}

const resumeEveryMs = 10_000;
/** Older than any handler that is alive takes, younger than a member's patience. */
const resumeOlderThanMs = 20_000;

/** @throws EaselError `discord-refused` where Discord ends the connection instead of greeting: discord.js would wait forever. */
async function logIn(client: Client, token: string, ended: Promise<string>): Promise<Client<true>> {
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  const refused = ended.then(async (reason) => {
    await client.destroy();
    throw new EaselError('discord-refused', reason);
  });
  await Promise.race([client.login(token), refused]);
  return Promise.race([ready, refused]);
}

/** That it cannot be read costs one registration more, and must not keep the bot from starting. */
function tolerant(memory: RegistrationMemory, logger: Logger): RegistrationMemory {
  const warn = (err: unknown) => logger.warn({ err }, 'what was registered last cannot be read or written');
  return {
    read: (scope) =>
      memory.read(scope).catch((error: unknown) => {
        warn(error);
        return null;
      }),
    write: (scope, registered) => memory.write(scope, registered).catch(warn),
    scopes: () =>
      memory.scopes().catch((error: unknown) => {
        warn(error);
        return [];
      }),
    forget: (scope) => memory.forget(scope).catch(warn),
  };
}

export async function startBot(dependencies: BotDependencies): Promise<Bot> {
  const { logger, gate, queue, jobs, images, installation, commands, components, observer } = dependencies;
  const reactions = dependencies.reactions ?? [];
  const wantsReactions = reactions.length > 0;
  const client = createClient({
    apiUrl: dependencies.apiUrl,
    shards: dependencies.shards ?? 'auto',
    slots: dependencies.slots,
    hearsReactions: wantsReactions,
    logger,
    ...(observer ? { observe: observer.request } : {}),
  });
  const ended = closedForGood(client);
  const replies = createLiveReplies({
    editsPerSecond: dependencies.editsPerSecond ?? 20,
    onError: (jobId, error) => logger.warn({ err: error, jobId }, 'progress could not be shown'),
  });
  const { rest } = client;
  const live = createLiveJobs({
    rest,
    replies,
    presenter: dependencies.presenter,
    queue,
    jobs,
    images,
    leases: dependencies.leases,
    logger,
  });
  const callbacks = createCallbackClient(dependencies.apiUrl, observer?.request);
  const modLog = createModLogDigest({
    rest,
    guilds: dependencies.moderation.guilds,
    logger,
    ...(dependencies.modLogEveryMs ? { everyMs: dependencies.modLogEveryMs } : {}),
  });
  const services: Services = {
    rest,
    installation,
    rules: dependencies.rules,
    gate,
    queue,
    jobs,
    images,
    uploads: dependencies.uploads,
    kept: dependencies.kept,
    batches: dependencies.batches,
    memberSettings: dependencies.memberSettings,
    favourites: dependencies.favourites,
    traces: dependencies.traces,
    totals: dependencies.totals,
    moderation: dependencies.moderation,
    live,
    modLog,
    cutTile: dependencies.cutTile,
    logger,
  };
  const dispatcher = createDispatcher({
    callbacks,
    commands,
    components,
    isAgeRestricted: ageRestriction(client),
    ...(observer ? { observer } : {}),
    services,
  });
  let accepting = true;
  const heard = wantsReactions
    ? listenToReactions(client, reactions, services, () => client.application?.id ?? null)
    : null;
  const servers = followServers(client, dependencies.departures, logger);
  onInteraction(client, (raw) => {
    if (accepting) void dispatcher.dispatch(raw);
  });

  async function takeUp(): Promise<void> {
    for (const { interactionId, intent } of await gate.unfinished(
      dependencies.resumeOlderThanMs ?? resumeOlderThanMs,
    )) {
      const raw = readInteractionText(intent);
      if (raw?.id === interactionId) {
        logger.info({ interactionId }, 'taking up an unfinished interaction');
        await dispatcher.resume(raw);
      } else {
        logger.warn({ interactionId }, 'an unfinished interaction cannot be read: dropped');
        await gate.settle(interactionId);
      }
    }
  }
  const ready = await logIn(client, dependencies.token, ended);
  const applicationId = ready.application.id;
  const registration = await keepRegistered({
    rest,
    apiUrl: dependencies.apiUrl,
    applicationId,
    guildId: dependencies.guildId,
    commands,
    installation,
    memory: tolerant(dependencies.registrations, logger),
    logger,
  });
  logger.info({ applicationId, registered: registration.isSent }, 'bot is ready');
  const takeUpLogged = () =>
    takeUp().catch((error: unknown) => logger.warn({ err: error }, 'unfinished interactions could not be read'));
  let takingUp = takeUpLogged();
  const timer = setInterval(() => {
    takingUp = takingUp.then(takeUpLogged);
  }, dependencies.resumeEveryMs ?? resumeEveryMs);
  timer.unref();

  return {
    client: ready,
    applicationId,
    replies,
    problem: () => gatewayProblem(client),
    ended,
    async close() {
      accepting = false;
      clearInterval(timer);
      registration.close();
      await takingUp;
      await dispatcher.idle();
      await heard?.idle();
      await servers.idle();
      await live.close();
      await modLog.close();
      await callbacks.close();
      await client.destroy();
    },
  };
}
