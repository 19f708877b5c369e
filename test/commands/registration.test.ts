import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { components } from '../../commands/components/index.ts';
import { commands } from '../../commands/index.ts';
import { samplerIds } from '../../src/diffusion/samplers/index.ts';
import { registrationHash } from '../../src/discord/register.ts';
import { sizesFor } from '../../src/discord/sizes.ts';
import { discordSpecMissing, hasDiscordSpec, openDiscordSpec } from '../support/discord-openapi.ts';
import { testInstallation } from '../support/installation.ts';

const bodies = commands.map((command) => command.toJson(testInstallation));

/** What Discord limits to 8,000: names, descriptions and values of a command and all in it, each at its longest in any language. */
function charactersOf(node: object): number {
  let sum = 0;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'name' || key === 'description' || key === 'value') {
      const localized = Object.values((node as Record<string, object | undefined>)[`${key}_localizations`] ?? {});
      sum += Math.max(...[value, ...localized].map((text) => String(text).length));
    } else if (Array.isArray(value)) {
      for (const child of value) if (typeof child === 'object' && child !== null) sum += charactersOf(child);
    }
  }
  return sum;
}

describe('what is registered', () => {
  test.skipIf(!hasDiscordSpec)(
    `satisfies Discord's OpenAPI document${hasDiscordSpec ? '' : ` (${discordSpecMissing})`}`,
    () => {
      expect(openDiscordSpec().judge('PUT', '/applications/1/commands', bodies)).toEqual([]);
    },
  );

  test('keeps within the sums that the document does not state', () => {
    for (const body of bodies) {
      expect(charactersOf(body), body.name).toBeLessThanOrEqual(8000);
      const options = 'options' in body ? (body.options ?? []) : [];
      const required = options.map((option) => 'required' in option && option.required === true);
      expect(required).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
      for (const option of options) {
        const choices = 'choices' in option ? (option.choices ?? []) : [];
        expect(choices.length).toBeLessThanOrEqual(25);
        for (const choice of choices) expect(choice.name.length).toBeLessThanOrEqual(100);
      }
    }
  });

  test('/imagine has exactly the options that members were promised', () => {
    const imagine = bodies.find((body) => body.name === 'imagine');
    const options = imagine && 'options' in imagine ? (imagine.options ?? []) : [];
    expect(options.map((option) => option.name)).toEqual([
      'prompt',
      'negative',
      'size',
      'style',
      'model',
      'lora',
      'seed',
      'steps',
      'guidance',
      'sampler',
      'count',
      'image',
      'mask',
      'strength',
      'private',
    ]);
    const sampler = options.find((option) => option.name === 'sampler');
    expect(sampler && 'choices' in sampler && sampler.choices?.map((choice) => choice.value)).toEqual(samplerIds);
  });

  test('offers the size that the model was made for first', () => {
    expect(sizesFor(512, 2048)[0]).toMatchObject({ width: 512, height: 512 });
    expect(sizesFor(256, 2048)[0]).toMatchObject({ width: 256, height: 256 });
    for (const size of [...sizesFor(512, 2048), ...sizesFor(256, 768)]) {
      expect(size.width % 64).toBe(0);
      expect(size.height % 64).toBe(0);
    }
    expect(sizesFor(512, 640).every((size) => Math.max(size.width, size.height) <= 640)).toBe(true);
  });

  test('has the same hash each time and another one when a word changes', () => {
    const again = commands.map((command) => command.toJson(testInstallation));
    expect(registrationHash(again)).toBe(registrationHash(bodies));
    const stricter = { ...testInstallation, limits: { ...testInstallation.limits, maxSteps: 10 } };
    expect(registrationHash(commands.map((command) => command.toJson(stricter)))).not.toBe(registrationHash(bodies));
  });
});

describe('the written lists', () => {
  const filesIn = (folder: string) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url)).filter(
      (name) => name.endsWith('.ts') && name !== 'index.ts',
    );

  test('name every file that defines a command or a component', () => {
    for (const [folder, wanted] of [
      ['commands', /defineCommand|defineMessageCommand/],
      ['commands/admin', /defineSubcommand/],
      ['commands/admin/filter', /defineSubcommand/],
      ['commands/components', /defineComponent\(/],
    ] as const) {
      const index = readFileSync(new URL(`../../${folder}/index.ts`, import.meta.url), 'utf8');
      for (const name of filesIn(folder)) {
        const source = readFileSync(new URL(`../../${folder}/${name}`, import.meta.url), 'utf8');
        if (wanted.test(source)) expect(index, name).toContain(`'./${name}'`);
      }
    }
    expect(components.length).toBeGreaterThan(0);
  });
});
