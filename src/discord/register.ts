// Commands are registered only when they changed: Discord allows 200 creations a day, and a bot that registers at each start uses them up.

import { createHash } from 'node:crypto';
import { type REST, Routes } from 'discord.js';
import type { RESTPostAPIApplicationCommandsJSONBody } from 'discord-api-types/v10';
import type { RegistrationMemory } from '../store/registrations.ts';
import type { Command } from './define-command.ts';
import type { Installation } from './services.ts';

export interface RegisterOptions {
  readonly rest: REST;
  readonly applicationId: string;
  /** Register in one server at once; null registers globally. */
  readonly guildId: string | null;
  readonly commands: readonly Command[];
  readonly installation: Installation;
  readonly memory: RegistrationMemory;
  /** Overwrite even when nothing changed. */
  readonly force?: boolean;
}

export function registrationHash(bodies: readonly RESTPostAPIApplicationCommandsJSONBody[]): string {
  return createHash('sha256').update(JSON.stringify(bodies)).digest('hex');
}

/** One bulk overwrite, or nothing. @returns whether something was sent */
export async function registerCommands(options: RegisterOptions): Promise<boolean> {
  const bodies = options.commands.map((command) => command.toJson(options.installation));
  const hash = registrationHash(bodies);
  const scope = `${options.applicationId}:${options.guildId ?? 'global'}`;
  if (!options.force && (await options.memory.read(scope)) === hash) return false;
  const route =
    options.guildId === null
      ? Routes.applicationCommands(options.applicationId)
      : Routes.applicationGuildCommands(options.applicationId, options.guildId);
  await options.rest.put(route, { body: bodies });
  await options.memory.write(scope, hash);
  return true;
}
