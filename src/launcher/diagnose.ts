// What `easel doctor` looks at: each finding says what was checked, how it stands and, where something is wrong, what to do.

import { execFileSync } from 'node:child_process';
import { mkdir, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { PermissionFlagsBits, REST, Routes } from 'discord.js';
import type { Redis } from 'ioredis';
import type { Config } from '../config/schema.ts';
import { EaselError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { createAnnouncements } from '../store/announcements.ts';
import { inviteLink, wantedPermissions } from './bot-permissions.ts';
import { openStoreRedis } from './open-store-redis.ts';
import { listModels, resolveModel } from './resolve-model.ts';

export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'broken';
  readonly detail: string;
  /** What to do; only where something is to be done. */
  readonly fix?: string;
}

const ok = (what: string, detail: string): Finding => ({ what, state: 'ok', detail });
const note = (what: string, detail: string, fix?: string): Finding => ({
  what,
  state: 'note',
  detail,
  ...(fix ? { fix } : {}),
});
const broken = (what: string, detail: string, fix: string): Finding => ({ what, state: 'broken', detail, fix });

const leastFreeBytes = 2e9;

async function diagnoseMachine(config: Config): Promise<Finding[]> {
  const findings = [
    ok(
      'Node.js',
      `${process.versions.node}, ${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`,
    ),
  ];
  await mkdir(config.EASEL_DATA_DIR, { recursive: true });
  const disk = await statfs(config.EASEL_DATA_DIR);
  const free = disk.bavail * disk.bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free in ${config.EASEL_DATA_DIR}`;
  findings.push(
    free > leastFreeBytes
      ? ok('Disk', detail)
      : broken('Disk', detail, 'Free some space or set EASEL_DATA_DIR to another disk; a full-size model takes 4 GB.'),
  );
  return findings;
}

/** Reads server facts; `CONFIG` may be forbidden by a hosted Redis, then only INFO speaks. */
export async function diagnoseRedis(redis: Redis): Promise<Finding[]> {
  const info = await redis.info();
  const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
  const version = field('valkey_version') ?? field('redis_version') ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const findings = [
    major > 6 || (major === 6 && minor >= 2)
      ? ok('Redis', `version ${version}`)
      : broken('Redis', `version ${version}`, 'BullMQ needs Redis 6.2 or newer, or Valkey.'),
  ];
  const policy = field('maxmemory_policy');
  findings.push(
    policy === 'noeviction'
      ? ok('Redis eviction', 'noeviction')
      : broken(
          'Redis eviction',
          `${policy}: jobs may be thrown away when memory is full`,
          'Run CONFIG SET maxmemory-policy noeviction and put it into redis.conf.',
        ),
  );
  const fsync = await redis.config('GET', 'appendfsync').then(
    (pair) => (pair as string[])[1],
    () => undefined,
  );
  if (field('aof_enabled') !== '1') {
    findings.push(
      broken(
        'Redis persistence',
        'append-only file is off: a restart of Redis loses the queue',
        'Run CONFIG SET appendonly yes and put it into redis.conf (deploy/redis.conf is an example).',
      ),
    );
  } else if (fsync !== undefined && fsync !== 'always') {
    findings.push(
      note(
        'Redis persistence',
        `append-only file, appendfsync ${fsync}: a power cut may lose the last second`,
        'Set appendfsync always if that matters.',
      ),
    );
  } else {
    findings.push(ok('Redis persistence', 'append-only file, written at every change'));
  }
  return findings;
}

async function diagnoseModels(config: Config, signal: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  try {
    const { manifest } = await resolveModel(config, { verify: true, signal });
    findings.push(
      manifest.checker
        ? ok('Default model', `${manifest.name}, ${manifest.hash.slice(0, 16)}, every file verified`)
        : broken(
            'Default model',
            `${manifest.name} has no safety checker: Easel does not paint with it`,
            manifest.fix ?? 'Import it again with --safety-checker.',
          ),
    );
  } catch (error) {
    if (!(error instanceof EaselError)) throw error;
    findings.push(
      broken(
        'Default model',
        error.message,
        'Import a model (easel import, easel pull) or unset EASEL_MODEL for the built-in miniature.',
      ),
    );
  }
  const names = (await listModels(config)).map(({ manifest }) => manifest.name);
  if (names.length > 1) findings.push(ok('Models', names.join(', ')));
  return findings;
}

/** Whether the head can be read; whether it fits, the worker finds out with each model's checker. */
export async function diagnoseAesthetics(path: string): Promise<Finding> {
  const { openAesthetics } = await import('../adapters/open-aesthetics.ts');
  try {
    return ok('Aesthetics head', `for embeddings of ${(await openAesthetics(path)).width} numbers`);
  } catch (error) {
    if (!(error instanceof EaselError)) throw error;
    return broken('Aesthetics head', error.message, 'Correct EASEL_AESTHETICS_FILE, or leave it out.');
  }
}

async function diagnoseProvider(config: Config): Promise<Finding[]> {
  if (config.EASEL_PROVIDER === 'simulated')
    return [broken('Provider', 'simulated: nothing is painted', 'Unset EASEL_PROVIDER.')];
  const { startProvider } = await import('../diffusion/session.ts');
  try {
    const started = await startProvider(config.EASEL_PROVIDER);
    const [detail, asked] = [
      `${started.provider} (asked for: ${config.EASEL_PROVIDER})`,
      config.EASEL_PROVIDER !== 'auto',
    ];
    return started.provider === 'cpu' && !asked
      ? [note('Provider', `${detail}. ${started.warnings.join(' ')}`)]
      : [ok('Provider', detail)];
  } catch (error) {
    return [
      broken(
        'Provider',
        error instanceof Error ? error.message : String(error),
        'Install its libraries (docs/operator.md) or set EASEL_PROVIDER=auto.',
      ),
    ];
  }
}

/** Token, application and the bot's permissions in each of its first servers. Never repeats the token. */
export async function diagnoseDiscord(config: Config, token: string): Promise<Finding[]> {
  const rest = new REST({ api: config.DISCORD_API_URL, version: '10', retries: 1, timeout: 10_000 }).setToken(token);
  let application: { id: string; name: string; bot_public?: boolean };
  try {
    application = (await rest.get(Routes.currentApplication())) as typeof application;
  } catch (error) {
    const status = (error as { status?: number }).status;
    return [
      status === 401
        ? broken(
            'Discord token',
            'refused (401)',
            'Copy the bot token again: discord.com/developers, your application, Bot, Reset Token.',
          )
        : broken(
            'Discord',
            `${config.DISCORD_API_URL} does not answer (${status ?? 'no connection'})`,
            "Check DISCORD_API_URL and this host's network.",
          ),
    ];
  }
  const findings = [ok('Discord token', `accepted; application ${application.name} (${application.id})`)];
  const guilds = (await rest.get(Routes.userGuilds())) as { id: string; name: string; permissions: string }[];
  if (guilds.length === 0)
    findings.push(note('Servers', 'the bot is in no server yet', `Invite it: ${inviteLink(application.id)}`));
  for (const guild of guilds.slice(0, 25)) {
    const held = BigInt(guild.permissions);
    const isAdministrator = (held & PermissionFlagsBits.Administrator) !== 0n;
    const missing = Object.entries(wantedPermissions).flatMap(([name, bit]) =>
      isAdministrator || (held & bit) !== 0n ? [] : [name],
    );
    findings.push(
      missing.length === 0
        ? ok('Permissions', `complete in ${guild.name}`)
        : broken(
            'Permissions',
            `missing in ${guild.name}: ${missing.join(', ')}`,
            `Grant them to its role, or invite the bot again: ${inviteLink(application.id)}`,
          ),
    );
  }
  return findings;
}

/** Every finding, in the order a person would want to fix them. Opens a Redis of its own where none is configured. */
export async function diagnose(config: Config, logger: Logger, signal: AbortSignal): Promise<Finding[]> {
  const findings = await diagnoseMachine(config);
  try {
    execFileSync(process.execPath, ['-e', "require('sharp')"], { stdio: 'ignore', timeout: 20_000 });
  } catch {
    findings.push(broken('Image library', 'sharp does not load', 'Delete node_modules and run npm start again.'));
  }
  try {
    const store = await openStoreRedis(config, logger);
    try {
      findings.push(...(await diagnoseRedis(store.redis)));
      const workers = await createAnnouncements(store.redis).models();
      if (config.REDIS_URL) {
        findings.push(
          workers.length > 0
            ? ok('Workers', `models announced: ${workers.map((model) => model.name).join(', ')}`)
            : note('Workers', 'none is connected', 'Start one: easel worker'),
        );
      }
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof EaselError)) throw error;
    findings.push(broken('Redis', error.message, 'Start it, or correct REDIS_URL.'));
  }
  findings.push(...(await diagnoseModels(config, signal)), ...(await diagnoseProvider(config)));
  if (config.EASEL_AESTHETICS_FILE) findings.push(await diagnoseAesthetics(config.EASEL_AESTHETICS_FILE));
  if (config.DISCORD_TOKEN) findings.push(...(await diagnoseDiscord(config, config.DISCORD_TOKEN)));
  else findings.push(note('Discord', 'no DISCORD_TOKEN: npm start opens the local playground'));
  if (!config.EASEL_C2PA_CERTIFICATE)
    findings.push(
      note(
        'Signed provenance',
        'off: pictures carry the watermark and text metadata only',
        'Set EASEL_C2PA_CERTIFICATE and EASEL_C2PA_KEY (docs/operator.md).',
      ),
    );
  return findings;
}
