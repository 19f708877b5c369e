// Commands are registered only when they changed, here or at Discord: it allows 200 creations a day, and a bot that registers at each start
// uses them up. What Discord holds is asked at each start, because another tool may have overwritten it, or the server may be another one.

import { createHash } from 'node:crypto';
import { type REST, Routes } from 'discord.js';
import type { RESTPostAPIApplicationCommandsJSONBody } from 'discord-api-types/v10';
import type { Logger } from '../observability/logger.ts';
import type { RegistrationMemory } from '../store/registrations.ts';
import type { Command } from './define-command.ts';
import type { Installation } from './services.ts';

export interface RegisterOptions {
  readonly rest: REST;
  /** The same application may be known to several servers. */
  readonly apiUrl: string;
  readonly applicationId: string;
  /** Register in one server at once; null registers globally. */
  readonly guildId: string | null;
  readonly commands: readonly Command[];
  readonly installation: Installation;
  readonly memory: RegistrationMemory;
  readonly logger: Logger;
  /** Before the second attempt; doubles with each. Default 5 s. */
  readonly firstPauseMs?: number;
}

const longestPauseMs = 3_600_000;

const hashOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

export function registrationHash(bodies: readonly RESTPostAPIApplicationCommandsJSONBody[]): string {
  return hashOf(bodies);
}

/** What tells one state of Discord's list from another: a command that anybody changed has a new version. */
function fingerprint(registered: unknown): string {
  const list: readonly unknown[] = Array.isArray(registered) ? registered : [];
  return hashOf(
    list.map((entry) => [Object(entry).type ?? 1, Object(entry).name, Object(entry).version].join(':')).sort(),
  );
}

function routeOf(applicationId: string, guildId: string | null): `/${string}` {
  return guildId === null
    ? Routes.applicationCommands(applicationId)
    : Routes.applicationGuildCommands(applicationId, guildId);
}

/** One bulk overwrite, or nothing. @returns whether something was sent @throws what the REST client throws */
export async function registerCommands(options: RegisterOptions): Promise<boolean> {
  const { rest, apiUrl, applicationId, guildId, memory } = options;
  const bodies = options.commands.map((command) => command.toJson(options.installation));
  const scope = `${apiUrl} ${applicationId}:${guildId ?? 'global'}`;
  const route = routeOf(applicationId, guildId);
  const wanted = registrationHash(bodies);
  // A server that cannot list them is sent them.
  const held = await rest.get(route).catch(() => null);
  const isSent = held === null || (await memory.read(scope)) !== `${wanted} ${fingerprint(held)}`;
  if (isSent) {
    const registered = await rest.put(route, { body: bodies });
    await memory.write(scope, `${wanted} ${fingerprint(registered)}`);
  }
  await clearOtherKind(options);
  return isSent;
}

/** Registered globally and in a server, each command would stand in that server's menu twice: those that this bot registered the other way go. */
async function clearOtherKind({
  rest,
  apiUrl,
  applicationId,
  guildId,
  memory,
  logger,
}: RegisterOptions): Promise<void> {
  for (const scope of await memory.scopes()) {
    // Before the address stood in it, a scope was the application and the server alone.
    const place = [`${apiUrl} ${applicationId}:`, `${applicationId}:`].find((start) => scope.startsWith(start));
    const other = place === undefined ? null : scope.slice(place.length);
    if (other === null || (other === 'global') === (guildId === null)) continue;
    await rest
      .put(routeOf(applicationId, other === 'global' ? null : other), { body: [] })
      .then(() => memory.forget(scope))
      .catch((err: unknown) => logger.warn({ err, scope }, 'commands registered earlier could not be taken back'));
  }
}

/**
 * Tries at once and, where Discord refuses, again with growing pauses, while the bot answers what is registered already.
 * @returns once the first attempt is over
 */
export async function keepRegistered(options: RegisterOptions): Promise<{ readonly isSent: boolean; close(): void }> {
  let pauseMs = options.firstPauseMs ?? 5000;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  async function attempt(): Promise<boolean> {
    try {
      return await registerCommands(options);
    } catch (err) {
      if (closed) return false;
      options.logger.error({ err, againInMs: pauseMs }, 'the commands could not be registered');
      timer = setTimeout(attempt, pauseMs).unref();
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      return false;
    }
  }
  return {
    isSent: await attempt(),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
