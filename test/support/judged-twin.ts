// The twin with Discord's OpenAPI document as a judge of every request, where that document is at hand: what it finds becomes a violation.

import { startTwin, type Twin, type TwinOptions } from '../../src/playground/start.ts';
import { hasDiscordSpec, openDiscordSpec } from './discord-openapi.ts';

const judge = hasDiscordSpec ? openDiscordSpec() : null;
// Compiling Discord's schemas takes most of a second, which must not be one of the three that a bot has for its first response.
for (const [method, path] of [
  ['POST', '/interactions/1/token/callback'],
  ['PATCH', '/webhooks/1/token/messages/@original'],
  ['POST', '/channels/1/messages'],
  ['PUT', '/applications/1/commands'],
] as const) {
  judge?.judge(method, path, {});
  judge?.judge(method, path, {}, { query: new URLSearchParams(), parts: ['payload_json'] });
}

export const validateRequest: TwinOptions['validateRequest'] = judge
  ? ({ method, path, body, ...rest }) => judge.judge(method, path, body, rest)
  : undefined;

export function startJudgedTwin(options: TwinOptions = {}): Promise<Twin> {
  return startTwin({ ...(validateRequest && { validateRequest }), ...options });
}

/** What was done against Discord's rules, those a test expects left out. */
export function violationsOf({ violations }: Twin, ...expected: string[]): string[] {
  return violations.filter(({ kind }) => !expected.includes(kind)).map(({ kind, detail }) => `${kind}: ${detail}`);
}
