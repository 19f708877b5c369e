// Interactions that no client of Discord's would send: real commands and components with absurd insides, and payloads with pieces missing,
// replaced or swapped. Seeded, so that a find can be repeated.

import { InteractionType as T } from 'discord-api-types/v10';
import type { Random } from '../../src/proofs/random.ts';

export interface Fuzzed {
  readonly type: T;
  readonly data: object;
}

export interface FuzzMaterial {
  /** As registered. */
  readonly commands: readonly { readonly name: string; readonly type: number; readonly options?: readonly object[] }[];
  readonly componentIds: readonly string[];
  readonly jobIds: readonly string[];
  readonly userIds: readonly string[];
  readonly messages: Readonly<Record<string, object>>;
}

const words = [
  '',
  ' ',
  '0',
  '-1',
  '3',
  '1e309',
  'NaN',
  'null',
  '__proto__',
  'constructor',
  'toString',
  '@everyone <@&1> discord.gg/abcdef',
  '```js\n# hi [a](https://evil.example)',
  '{a,b,c,d,e,f,g,h,i,j}'.repeat(3),
  'a lighthouse --seed 99999999999999999999 --steps -3 --nosuch x',
  '(((((:9.9e9)',
  '\u202eoverride\u0000\u200b\ud800',
  '../../etc/passwd',
  '%3A%25:::',
  'x'.repeat(6001),
  '🖼️'.repeat(700),
  '2026-13-45',
  '#{7*7}',
  "'; DROP TABLE jobs; --",
];
const numbers = [0, -0, 1, -1, 3, 4, 5, 151, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 0.1, 7.5, 1e-320];

export function createFuzz(random: Random, material: FuzzMaterial) {
  const pick = <V>(values: readonly V[]): V => values[random.below(values.length)] as V;
  const chance = (share: number) => random.next() < share;
  const list = <V>(most: number, make: () => V): V[] => Array.from({ length: random.below(most + 1) }, make);
  const word = () => (chance(0.3) ? pick(material.jobIds) : chance(0.2) ? pick(material.userIds) : pick(words));
  const value = (): unknown =>
    pick<() => unknown>([
      word,
      word,
      () => pick(numbers),
      () => chance(0.5),
      () => null,
      () => [word()],
      () => ({ [word()]: word() }),
    ])();

  function givenOption(definition: object): object {
    const { name, type, choices } = Object(definition) as {
      name: string;
      type: number;
      choices?: { value: unknown }[];
    };
    if (type === 1 || type === 2) return { name, type, options: optionsOf(definition) };
    const sensible =
      choices && chance(0.7) ? pick(choices).value : type === 4 ? pick(numbers) : type === 5 ? chance(0.5) : word();
    return { name, type, value: chance(0.7) ? sensible : value(), ...(chance(0.1) ? { focused: true } : {}) };
  }

  function optionsOf(owner: object): object[] {
    const definitions = (Object(owner) as { options?: object[] }).options ?? [];
    const isHouse = definitions.some((one) => [1, 2].includes(Number(Object(one).type)));
    const given = isHouse ? [givenOption(pick(definitions))] : definitions.filter(() => chance(0.35)).map(givenOption);
    if (chance(0.1)) given.push({ name: word(), type: pick([1, 2, 3, 4, 10, 11]), value: value() });
    return given;
  }

  function command(): Fuzzed {
    const chosen = pick(material.commands);
    const target = pick(Object.keys(material.messages));
    const data = {
      id: '1',
      name: chance(0.05) ? word() : chosen.name,
      type: chance(0.05) ? pick([1, 2, 3, 4]) : chosen.type,
      options: optionsOf(chosen),
      ...(chosen.type === 3 ? { target_id: target, resolved: { messages: chance(0.8) ? material.messages : {} } } : {}),
    };
    return { type: chance(0.2) && chosen.type === 1 ? T.ApplicationCommandAutocomplete : T.ApplicationCommand, data };
  }

  function customId(): string {
    const parts = [chance(0.95) ? '1' : word(), chance(0.95) ? pick(material.componentIds) : word()];
    for (const part of list(4, () =>
      chance(0.5) ? pick(material.jobIds) : chance(0.5) ? String(random.below(6)) : word(),
    ))
      parts.push(part);
    return parts.join(':');
  }

  const component = (): Fuzzed => ({
    type: T.MessageComponent,
    data: { custom_id: customId(), component_type: 2, ...(chance(0.6) ? { values: list(4, word) } : {}) },
  });

  const form = (): Fuzzed => ({
    type: T.ModalSubmit,
    data: {
      custom_id: customId(),
      components: list(6, () => {
        const field = {
          type: 4,
          custom_id: chance(0.5) ? pick(['prompt', 'negative', 'value', 'a', 'b']) : word(),
          value: word(),
        };
        return pick<object>([{ type: 18, component: field }, { type: 1, components: [field] }, { type: 18 }, {}]);
      }),
    },
  });

  return {
    next: (): Fuzzed => pick([command, command, component, component, form])(),
    /** The payload with one to three pieces taken out, replaced or moved. */
    damage(payload: object): object {
      const copy = structuredClone(payload);
      for (let left = 1 + random.below(3); left > 0; left -= 1) {
        let at: Record<string, unknown> = copy as Record<string, unknown>;
        for (;;) {
          const keys = Object.keys(at);
          if (keys.length === 0) break;
          const key = pick(keys);
          const inner = at[key];
          if (typeof inner === 'object' && inner !== null && chance(0.6)) {
            at = inner as Record<string, unknown>;
            continue;
          }
          if (chance(0.4)) delete at[key];
          else at[key] = chance(0.2) ? structuredClone(payload) : value();
          break;
        }
      }
      return copy;
    },
  };
}
