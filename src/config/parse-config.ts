// Environment -> frozen Config. A wrong value becomes one readable line that names variable, expectation and value.

import { EaselError } from '../errors.ts';
import { type Config, configSchema } from './schema.ts';

/** Values of these variables never appear in a message. */
const secrets = new Set([
  'DISCORD_TOKEN',
  'REDIS_URL',
  'EASEL_SECRET_KEY',
  'EASEL_INSPECTOR_PASSWORD',
  'HF_TOKEN',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'EASEL_IMAGE_STORE_URL',
]);

/**
 * Parses the environment. Empty values count as unset, as `KEY=` in an env file means.
 * @throws EaselError `bad-config` with one line per wrong variable.
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given: Record<string, string> = {};
  for (const key of Object.keys(configSchema.shape)) {
    const value = environment[key]?.trim();
    if (value) given[key] = value;
  }
  const parsed = configSchema.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map((issue) => {
    const key = String(issue.path[0]);
    const value = secrets.has(key) ? '(hidden)' : JSON.stringify(given[key]);
    const wanted = configSchema.shape[key as keyof Config].description ?? '';
    return `${key}: ${issue.message}; received ${value}. ${wanted}`;
  });
  throw new EaselError('bad-config', lines.join('\n'));
}
