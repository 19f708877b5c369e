// The bot in the server: removed, invited again, and the server out of reach for a while (an outage, which is not a farewell).
// https://docs.discord.com/developers/events/gateway-events#guild-delete

import type { World } from '../state.ts';
import { SEED_IDS } from './seed.ts';

export function isBotHere(world: World): boolean {
  return world.members.has(world.bot.id);
}

/** Kicked by a moderator, or left by itself: its role goes with it, messages stay. */
export function removeBot(world: World): void {
  if (!world.members.delete(world.bot.id)) return;
  world.emit({ type: 'guild-delete', isOutage: false });
}

export function inviteBot(world: World): void {
  if (isBotHere(world)) return;
  const joinedAt = world.clock.now();
  world.members.set(world.bot.id, { userId: world.bot.id, nick: null, roleIds: [SEED_IDS.roles.bot], joinedAt });
  world.emit({ type: 'guild-create' });
}

export function setOutage(world: World, isOut: boolean): void {
  if (world.isGuildOut === isOut) return;
  world.isGuildOut = isOut;
  if (isBotHere(world)) world.emit(isOut ? { type: 'guild-delete', isOutage: true } : { type: 'guild-create' });
}
