// Which mentions in a text count, given `allowed_mentions`. https://docs.discord.com/developers/resources/message#allowed-mentions-object

import type { World } from '../state.ts';

export interface AllowedMentions {
  parse: readonly string[];
  users: readonly string[];
  roles: readonly string[];
  repliedUser: boolean;
}

export interface Mentions {
  userIds: string[];
  roleIds: string[];
  everyone: boolean;
}

const EVERYTHING: AllowedMentions = { parse: ['users', 'roles', 'everyone'], users: [], roles: [], repliedUser: true };

export function findMentions(
  world: World,
  message: {
    text: string;
    allowed: AllowedMentions | undefined;
    repliedUserId: string | undefined;
    /** Needed for @everyone, @here and roles that are not mentionable by all. */
    mayMentionEveryone: boolean;
  },
): Mentions {
  const allowed = message.allowed ?? EVERYTHING;
  // Mentions inside code are text.
  const text = message.text.replaceAll(/```[\s\S]*?```|`[^`]*`/g, '');
  const ids = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

  const users = ids(/<@!?(\d+)>/g).filter(
    (id) => world.users.has(id) && (allowed.parse.includes('users') || allowed.users.includes(id)),
  );
  if (message.repliedUserId !== undefined && allowed.repliedUser) users.push(message.repliedUserId);
  const roles = ids(/<@&(\d+)>/g).filter((id) => {
    const role = world.roles.get(id);
    if (!role || !(role.mentionable || message.mayMentionEveryone)) return false;
    return allowed.parse.includes('roles') || allowed.roles.includes(id);
  });
  return {
    userIds: [...new Set(users)],
    roleIds: [...new Set(roles)],
    everyone: message.mayMentionEveryone && allowed.parse.includes('everyone') && /@(everyone|here)\b/.test(text),
  };
}
