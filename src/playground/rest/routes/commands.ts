// Registering commands, for everybody or one server.
// https://docs.discord.com/developers/interactions/application-commands#registering-a-command

import { apiErrors } from '../../api-error.ts';
import { Form } from '../../form.ts';
import { isBotHere } from '../../state/bot-membership.ts';
import type { Command, CommandBody } from '../../state/types.ts';
import type { World } from '../../state.ts';
import { readCommand } from '../forms/command.ts';
import type { Route, RouteAnswer, RouteRequest } from '../router.ts';

/** By type: slash, user, message. */
const MAX_COMMANDS: Record<number, number> = { 1: 100, 2: 15, 3: 15 };
const CREATES_PER_DAY = 200;
const DAY_MS = 24 * 60 * 60_000;

interface Scope {
  world: World;
  guildId: string | null;
}

function scopeOf({ world, param }: RouteRequest): Scope {
  if (param('application') !== world.bot.id) throw apiErrors.unknownApplication();
  const guildId = param('guild') === '' ? null : param('guild');
  if (guildId !== null && (guildId !== world.guild.id || !isBotHere(world))) throw apiErrors.missingAccess();
  return { world, guildId };
}

function commandsOf({ world, guildId }: Scope): Command[] {
  return [...world.commands.values()].filter((command) => command.guildId === guildId);
}

function find(request: RouteRequest): Command {
  const command = commandsOf(scopeOf(request)).find(({ id }) => id === request.param('command'));
  if (!command) throw apiErrors.unknownCommand();
  return command;
}

function show(world: World, command: Command): object {
  const { id, version, type, guildId, body } = command;
  const dmPermission = body.contexts === null || body.contexts.includes(1);
  return {
    id,
    application_id: world.bot.id,
    version,
    type,
    ...(guildId === null ? { dm_permission: dmPermission } : { guild_id: guildId }),
    name_localizations: null,
    description_localizations: null,
    ...body,
  };
}

/** Same name and type as an existing command: an update, which costs nothing of the day's allowance. */
function store(scope: Scope, type: number, body: CommandBody): { command: Command; isNew: boolean } {
  const { world, guildId } = scope;
  const existing = commandsOf(scope).find((command) => command.type === type && command.body.name === body.name);
  if (!existing) {
    countCreation(scope);
    if (commandsOf(scope).filter((command) => command.type === type).length >= (MAX_COMMANDS[type] ?? 0))
      throw apiErrors.tooManyCommands(MAX_COMMANDS[type] ?? 0);
  }
  const command: Command = {
    id: existing?.id ?? world.nextId(),
    version: world.nextId(),
    guildId,
    type,
    name: body.name,
    body,
  };
  world.commands.set(command.id, command);
  return { command, isNew: existing === undefined };
}

function countCreation({ world, guildId }: Scope): void {
  const since = world.clock.now() - DAY_MS;
  const recent = (world.commandCreations.get(guildId) ?? []).filter((at) => at > since);
  if (recent.length >= CREATES_PER_DAY) {
    world.violate('command-quota', `more than ${CREATES_PER_DAY} command creations in a day`);
    throw apiErrors.commandQuota();
  }
  world.commandCreations.set(guildId, [...recent, world.clock.now()]);
}

function readTyped(form: Form): { type: number; body: CommandBody } {
  const type = form.integer('type', { oneOf: [1, 2, 3] }) ?? 1;
  return { type, body: readCommand(form, type) };
}

function create(request: RouteRequest): RouteAnswer {
  const scope = scopeOf(request);
  const form = new Form(request.json);
  const { type, body } = readTyped(form);
  form.finish();
  const { command, isNew } = store(scope, type, body);
  scope.world.emit({ type: 'commands-changed' });
  return { status: isNew ? 201 : 200, body: show(scope.world, command) };
}

function overwrite(request: RouteRequest): RouteAnswer {
  const scope = scopeOf(request);
  const { world } = scope;
  const form = new Form({ commands: request.json });
  const total = Object.values(MAX_COMMANDS).reduce((sum, limit) => sum + limit);
  const wanted = form.list('commands', { max: total }, readTyped) ?? [];
  const keys = wanted.map(({ type, body }) => `${type}:${body.name}`);
  if (new Set(keys).size < keys.length)
    form.refuse('commands', 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique');
  form.finish();
  for (const command of commandsOf(scope))
    if (!keys.includes(`${command.type}:${command.body.name}`)) world.commands.delete(command.id);
  const stored = wanted.map(({ type, body }) => store(scope, type, body).command);
  world.emit({ type: 'commands-changed' });
  return { status: 200, body: stored.map((command) => show(world, command)) };
}

function edit(request: RouteRequest): RouteAnswer {
  const { world } = request;
  const command = find(request);
  const changes = new Form(request.json);
  const form = new Form({
    ...command.body,
    ...Object.fromEntries(changes.names().map((name) => [name, changes.raw(name)])),
  });
  const body = readCommand(form, command.type);
  form.finish();
  Object.assign(command, { body, name: body.name, version: world.nextId() });
  world.emit({ type: 'commands-changed' });
  return { status: 200, body: show(world, command) };
}

function remove(request: RouteRequest): RouteAnswer {
  request.world.commands.delete(find(request).id);
  request.world.emit({ type: 'commands-changed' });
  return { status: 204 };
}

function routesUnder(path: string): Route[] {
  const shared = { access: 'bot', bucket: 'commands' } as const;
  return [
    {
      ...shared,
      method: 'GET',
      path,
      handle: (request) => ({
        status: 200,
        body: commandsOf(scopeOf(request)).map((command) => show(request.world, command)),
      }),
    },
    { ...shared, method: 'POST', path, handle: create },
    { ...shared, method: 'PUT', path, handle: overwrite },
    {
      ...shared,
      method: 'GET',
      path: `${path}/:command`,
      handle: (request) => ({ status: 200, body: show(request.world, find(request)) }),
    },
    { ...shared, method: 'PATCH', path: `${path}/:command`, handle: edit },
    { ...shared, method: 'DELETE', path: `${path}/:command`, handle: remove },
  ];
}

export const commandRoutes: readonly Route[] = [
  ...routesUnder('/applications/:application/commands'),
  ...routesUnder('/applications/:application/guilds/:guild/commands'),
];
