// One Easel for end-to-end tests: the Discord twin, a real Redis, the unmodified discord.js client. Workers and deliverers are added by
// the tests that need them. Every request is held against Discord's OpenAPI document where that is at hand.

import { REST } from 'discord.js';
import { resultPresenter } from '../../commands/job-message.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import type { Installation } from '../../src/discord/services.ts';
import type { Bot } from '../../src/discord/start-bot.ts';
import type { Engine } from '../../src/inference/engine.ts';
import { startBotRole } from '../../src/launcher/bot-role.ts';
import { createLogger } from '../../src/observability/logger.ts';
import type { Metrics } from '../../src/observability/metrics.ts';
import { Actor } from '../../src/playground/actors.ts';
import type { Twin, TwinOptions } from '../../src/playground/start.ts';
import { type ActorName, SEED_IDS } from '../../src/playground/state/seed.ts';
import { connect } from '../../src/queue/connect.ts';
import { createRedisImageStore } from '../../src/store/redis-image-store.ts';
import { type DeliverWorker, type DeliverWorkerOptions, startDeliverWorker } from '../../workers/deliver.ts';
import { type GenerateWorker, startGenerateWorker } from '../../workers/generate.ts';
import { startJudgedTwin } from '../support/judged-twin.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';

export interface HarnessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly twin?: TwinOptions;
  /** What the bot paints with by default; the workers must hold it. Default: the sketch engine's. */
  readonly model?: Installation['model'];
  /** One per role; default: nothing is counted. */
  readonly metrics?: Readonly<Record<'bot' | 'worker' | 'deliver', Metrics>>;
  /** Where log lines go; default: standard error. */
  readonly logs?: { write(line: string): void };
  /** Default: a private one. The harness stops it in the end. */
  readonly redis?: TestRedis;
}

const sketchModel = openSketchEngine().model;

export interface Harness {
  readonly twin: Twin;
  readonly redis: TestRedis;
  actor(name: ActorName): Actor;
  /** @param environment on top of the harness's */
  startBot(environment?: Readonly<Record<string, string>>): Promise<Bot>;
  /** Closes the bot started last and starts another one. */
  restartBot(): Promise<Bot>;
  startDeliverer(options?: Partial<DeliverWorkerOptions>): Promise<DeliverWorker>;
  startWorker(engine?: Engine, workerId?: string): Promise<GenerateWorker>;
  /** Ends everything that happens and lists what was done against Discord's rules, those a test expects left out. */
  violations(...expected: string[]): readonly string[];
  close(): Promise<void>;
}

/**
 * The mod-log, which some tests keep in the age-restricted channel. Bot and delivery write there by clients of their own: what one used of the
 * channel's allowance the other learns by a 429, and waits. With batches every 30 s that is rare; tests batch every 1.5 s.
 */
const toModLog = [SEED_IDS.channels.modLog, SEED_IDS.channels.ageRestricted].map(
  (id) => `POST /channels/${id}/messages`,
);

export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const redis = options.redis ?? (await startTestRedis());
  const twin = await startJudgedTwin({
    // Bots may log in one right after the other: test/playground/gateway holds the pause that Discord wants between them.
    gateway: { identifyWindowMs: 0 },
    ...options.twin,
  });
  const config = parseConfig({ EASEL_LOG_LEVEL: 'warn', ...options.environment });
  const { metrics } = options;
  const loggerOf = (role: string) =>
    createLogger({
      level: config.EASEL_LOG_LEVEL,
      role,
      ...(options.logs ? { destination: options.logs } : {}),
    });
  let lastBot: Bot | null = null;
  const closers: (() => Promise<unknown>)[] = [];
  async function startBot(environment: Readonly<Record<string, string>> = {}): Promise<Bot> {
    const connection = await connect(redis.url, { patience: 'producer', name: 'bot' });
    const bot = await startBotRole({
      config: parseConfig({ EASEL_LOG_LEVEL: 'warn', ...options.environment, ...environment }),
      token: twin.token,
      apiUrl: twin.url,
      cdnHosts: [new URL(twin.url).host],
      redis: connection,
      images: createRedisImageStore(connection, { maxBytes: 64 * 2 ** 20 }),
      model: options.model ?? sketchModel,
      logger: loggerOf('bot'),
      retentionAttemptEveryMs: 200,
      modLogEveryMs: 1500,
      ...(metrics ? { metrics: metrics.bot } : {}),
    });
    lastBot = own({
      ...bot,
      async close() {
        await bot.close();
        connection.disconnect();
      },
    });
    return lastBot;
  }

  const own = <T extends { close(): Promise<unknown> }>(part: T): T => {
    let closed: Promise<unknown> | null = null;
    const close = async () => {
      closed ??= part.close();
      await closed;
    };
    closers.unshift(close);
    return { ...part, close };
  };
  return {
    twin,
    redis,
    actor: (name) => new Actor(twin.world, name),
    violations: (...expected) =>
      twin.violations
        .filter(
          ({ kind, detail }) => !expected.includes(kind) && !(kind === 'rate-limited' && toModLog.includes(detail)),
        )
        .map(({ kind, detail }) => `${kind}: ${detail}`),
    async startWorker(engine = openSketchEngine(), workerId = 'worker') {
      const logger = loggerOf('worker');
      return own(
        await startGenerateWorker({
          redisUrl: redis.url,
          engines: [engine],
          workerId,
          secretKey: 'a secret of sixteen or more',
          imageStore: { maxBytes: 64 * 2 ** 20 },
          maxRunningPerMember: config.EASEL_MAX_RUNNING_PER_MEMBER,
          logger,
          drainMs: 200,
          powerWatts: config.EASEL_POWER_WATTS,
          ...(metrics ? { metrics: metrics.worker } : {}),
        }),
      );
    },
    async startDeliverer(options = {}) {
      return own(
        await startDeliverWorker({
          redisUrl: redis.url,
          rest: new REST({ api: twin.url, version: '10' }).setToken(twin.token),
          presenter: resultPresenter,
          imageStore: { maxBytes: 64 * 2 ** 20 },
          logger: loggerOf('deliver'),
          modLogEveryMs: 1500,
          ...(metrics ? { metrics: metrics.deliver } : {}),
          ...options,
        }),
      );
    },
    startBot,
    async restartBot() {
      await lastBot?.close();
      return startBot();
    },
    async close() {
      for (const close of closers) await close();
      await twin.close();
      await redis.stop();
    },
  };
}
