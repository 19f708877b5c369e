// Starts the twin: a Discord on localhost that an unmodified client logs in to, the page of the playground, and the switches
// for tests. It knows nothing of the bot beyond what the bot sends.

import { randomBytes } from 'node:crypto';
import { Actor } from './actors.ts';
import { type Clock, createClock } from './clock.ts';
import { Gateway, type GatewayOptions } from './gateway.ts';
import { createPage } from './page.ts';
import { Faults } from './rest/faults.ts';
import { type Allowance, type BucketName, DEFAULT_RATE_LIMITS, RateLimiter } from './rest/rate-limits.ts';
import { createRestHandler, type RequestRecord, type RequestValidator } from './rest.ts';
import { listen } from './server.ts';
import { inviteBot, removeBot, setOutage } from './state/bot-membership.ts';
import { openSave } from './state/save.ts';
import { type ActorName, SEED_IDS, seed } from './state/seed.ts';
import type { Violation } from './state/types.ts';
import { World } from './state.ts';

export interface TwinOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Default and advice: 127.0.0.1. */
  host?: string;
  /** Further host names under which requests are accepted. */
  allowedHosts?: readonly string[];
  clock?: Clock;
  /** The bot's token; default a fresh random one. */
  token?: string;
  botName?: string;
  /** Permissions of the bot's own role on top of everybody's; default none. */
  botPermissions?: bigint;
  /** Default 10 MiB. */
  uploadLimitBytes?: number;
  /** `false` lifts all limits; else Discord's with these changes. */
  rateLimits?: false | { global?: number; invalidRequests?: number; buckets?: Partial<Record<BucketName, Allowance>> };
  gateway?: GatewayOptions;
  /** Folder to keep commands, messages and files in over a restart; default: nothing is kept. */
  saveIn?: string;
  /** Tests: compares every request with Discord's OpenAPI description; what it finds becomes a violation. */
  validateRequest?: RequestValidator;
}

export interface Twin {
  /** For discord.js: `new Client({ rest: { api: twin.url } })`. */
  readonly url: string;
  /** The page. */
  readonly pageUrl: string;
  readonly token: string;
  readonly applicationId: string;
  readonly guildId: string;
  readonly channels: typeof SEED_IDS.channels;
  readonly users: typeof SEED_IDS.users;
  readonly clock: Clock;
  readonly world: World;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  /** What the bot did against Discord's rules. */
  readonly violations: Violation[];
  /** REST requests in order of arrival, at most the last 50,000. */
  readonly requests: RequestRecord[];
  /** ada and ben are members, mona moderates, olga owns the server. */
  actor(name: ActorName): Actor;
  /** Somebody removes the bot from the server; invites it again. */
  removeBot(): void;
  inviteBot(): void;
  /** The server gets out of the bot's reach and comes back, as in an outage of Discord's. */
  setOutage(isOut: boolean): void;
  close(): Promise<void>;
}

const DEFAULT_UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024;

export async function startTwin(options: TwinOptions = {}): Promise<Twin> {
  const clock = options.clock ?? createClock();
  const origins = seed(options.botName ?? 'Easel', options.botPermissions ?? 0n);
  const world = new World(clock, origins, options.uploadLimitBytes ?? DEFAULT_UPLOAD_LIMIT_BYTES);
  const token = options.token ?? createToken(world.bot.id);
  const gateway = new Gateway(world, token, options.gateway);
  const faults = new Faults();
  const limiter = new RateLimiter(clock, rateLimits(options.rateLimits));
  const requests: RequestRecord[] = [];
  const { validateRequest } = options;
  const rest = createRestHandler({
    world,
    limiter,
    faults,
    token,
    records: requests,
    ...(validateRequest && { validateRequest }),
  });

  const save = options.saveIn === undefined ? undefined : await openSave(world, options.saveIn);
  const page = createPage(world);

  const host = options.host ?? '127.0.0.1';
  const server = await listen(
    {
      world,
      gateway,
      rest,
      page: (request, response) => page.handle(request, response),
      pageEvents: (socket, url) => page.events(socket, url),
    },
    { host, port: options.port ?? 0, allowedHosts: options.allowedHosts ?? [] },
  );
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  world.origin = `http://${name.includes(':') ? `[${name}]` : name}:${server.port}`;

  return {
    url: `${world.origin}/api`,
    pageUrl: `${world.origin}/`,
    token,
    applicationId: world.bot.id,
    guildId: world.guild.id,
    channels: SEED_IDS.channels,
    users: SEED_IDS.users,
    clock,
    world,
    gateway,
    faults,
    limiter,
    violations: world.violations,
    requests,
    actor: (name) => new Actor(world, name),
    removeBot: () => removeBot(world),
    inviteBot: () => inviteBot(world),
    setOutage: (isOut) => setOutage(world, isOut),
    async close() {
      await server.close();
      await save?.close();
    },
  };
}

function rateLimits(changes: TwinOptions['rateLimits']) {
  if (changes === false) {
    const free: Allowance = { limit: 1_000_000, windowMs: 1000 };
    const names = Object.keys(DEFAULT_RATE_LIMITS.buckets) as BucketName[];
    const buckets = Object.fromEntries(names.map((name) => [name, free])) as Record<BucketName, Allowance>;
    return { global: 1_000_000, invalidRequests: 1_000_000, buckets };
  }
  return { ...DEFAULT_RATE_LIMITS, ...changes, buckets: { ...DEFAULT_RATE_LIMITS.buckets, ...changes?.buckets } };
}

/** In the shape of Discord's: application id, time, secret. */
function createToken(applicationId: string): string {
  const encode = (value: string | Buffer) => Buffer.from(value).toString('base64url');
  return `${encode(applicationId)}.${encode(randomBytes(4))}.${encode(randomBytes(28))}`;
}
