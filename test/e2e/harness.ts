// One Easel for end-to-end tests: the Discord twin, a real Redis, the unmodified discord.js client. Workers and deliverers are added by
// the tests that need them. Every request is held against Discord's OpenAPI document where that is at hand.

import { parseConfig } from '../../src/config/parse-config.ts';
import type { Bot } from '../../src/discord/start-bot.ts';
import { startBotRole } from '../../src/launcher/bot-role.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { startTwin, type Twin, type TwinOptions } from '../../src/playground/start.ts';
import { connect } from '../../src/queue/connect.ts';
import { createRedisImageStore } from '../../src/store/redis-image-store.ts';
import { hasDiscordSpec, openDiscordSpec } from '../support/discord-openapi.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

export interface HarnessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly twin?: TwinOptions;
}

const judge = hasDiscordSpec ? openDiscordSpec() : null;
const model = { name: 'test model', hash: 'ab'.repeat(32), nativeSize: 64 };

export interface Harness {
  readonly twin: Twin;
  readonly redis: TestRedis;
  startBot(): Promise<Bot>;
  close(): Promise<void>;
}

export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const redis = await startTestRedis();
  const twin = await startTwin({
    ...(judge ? { validateRequest: ({ method, path, body }) => judge.judge(method, path, body) } : {}),
    ...options.twin,
  });
  const config = parseConfig({ EASEL_LOG_LEVEL: 'warn', ...options.environment });
  const closers: (() => Promise<unknown>)[] = [];
  return {
    twin,
    redis,
    async startBot() {
      const connection = await connect(redis.url, { patience: 'producer', name: 'bot' });
      const bot = await startBotRole({
        config,
        token: twin.token,
        apiUrl: twin.url,
        cdnHosts: [new URL(twin.url).host],
        redis: connection,
        images: createRedisImageStore(connection, { maxBytes: 64 * 2 ** 20 }),
        model,
        logger: createLogger({ level: config.EASEL_LOG_LEVEL, role: 'bot' }),
      });
      let closed = false;
      const close = async () => {
        if (closed) return;
        closed = true;
        await bot.close();
        connection.disconnect();
      };
      closers.unshift(close);
      return { ...bot, close };
    },
    async close() {
      for (const close of closers) await close();
      await twin.close();
      await redis.stop();
    },
  };
}
