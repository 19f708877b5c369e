import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { configSchema } from '../../src/config/schema.ts';

const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
const lines = text.split('\n');
const entries = lines.flatMap((line, index) => {
  const match = /^#?([A-Z][A-Z0-9_]+)=(.*)$/.exec(line);
  return match ? [{ key: match[1]!, value: match[2]!, comment: lines[index - 1]!.replace(/^# /, '') }] : [];
});

describe('.env.example', () => {
  it('lists the keys of the schema in the same order', () => {
    expect(entries.map((entry) => entry.key)).toEqual(Object.keys(configSchema.shape));
  });

  it('explains each key with the words of the schema', () => {
    for (const { key, comment } of entries) {
      expect(comment, key).toBe(configSchema.shape[key as keyof typeof configSchema.shape].description);
    }
  });

  it('shows the default of each key: uncommenting everything changes nothing', () => {
    const filled = Object.fromEntries(entries.map(({ key, value }) => [key, value]));
    expect(parseConfig(filled)).toEqual(parseConfig({}));
  });
});

describe('parseConfig', () => {
  it('requires nothing', () => {
    expect(parseConfig({}).EASEL_PROVIDER).toBe('auto');
  });

  it('names variable, expectation and value of a wrong one in a line of its own', () => {
    expect(() => parseConfig({ EASEL_MAX_STEPS: 'many', EASEL_PROVIDER: 'gpu' })).toThrow(
      /EASEL_PROVIDER: .*received "gpu"[\s\S]*EASEL_MAX_STEPS: .*received "many"/,
    );
  });

  it('never repeats a secret', () => {
    expect(() => parseConfig({ REDIS_URL: 'http://user:hunter2@host' })).toThrow(/REDIS_URL: .*\(hidden\)/);
    expect(() => parseConfig({ REDIS_URL: 'http://user:hunter2@host' })).not.toThrow(/hunter2/);
  });

  it('treats an empty value as unset', () => {
    expect(parseConfig({ DISCORD_TOKEN: ' ', REDIS_URL: '' }).DISCORD_TOKEN).toBeUndefined();
  });
});
