// Discord's own OpenAPI document as a judge of requests. It is data for checks and not part of the product: where it is not at hand the
// tests that need it are skipped and say so. Known differences of the real service are allowed for (see `accepted`).

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const file = new URL('../../../shared/discord-spec/openapi.json.gz', import.meta.url);

export const hasDiscordSpec = existsSync(file);
export const discordSpecMissing = `skipped: ${file.pathname} is not there`;

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, object>> };
}
interface Spec {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** What the real service takes although the document says otherwise: permission sets as decimal strings. */
function accepted(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(accepted);
  if (body === null || typeof body !== 'object') return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) =>
      key === 'default_member_permissions' && typeof value === 'string' ? [key, Number(value)] : [key, accepted(value)],
    ),
  );
}

const pointer = (...parts: string[]) => parts.map((part) => part.replace(/~/g, '~0').replace(/\//g, '~1')).join('/');

export interface DiscordJudge {
  /** @param path as sent, without query, for example /applications/1/commands. @returns what is wrong; empty when nothing is */
  judge(method: string, path: string, body: unknown): string[];
}

export function openDiscordSpec(): DiscordJudge {
  const spec = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Spec;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema(spec, 'discord');
  const compiled = new Map<string, ValidateFunction>();
  const templates = Object.keys(spec.paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`),
    gaps: template.split('{').length,
  }));
  templates.sort((a, b) => a.gaps - b.gaps);
  return {
    judge(method, path, body) {
      const found = templates.find(
        ({ pattern, template }) => pattern.test(path) && spec.paths[template]?.[method.toLowerCase()],
      );
      if (!found) return [`${method} ${path} is no route of Discord's`];
      const operation = spec.paths[found.template]?.[method.toLowerCase()];
      if (!operation?.requestBody)
        return body === undefined || body === null ? [] : [`${method} ${path} takes no body`];
      const key = `discord#/${pointer('paths', found.template, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema')}`;
      const validate = compiled.get(key) ?? ajv.compile({ $ref: key });
      compiled.set(key, validate);
      if (validate(accepted(body))) return [];
      return (validate.errors ?? []).map(
        (error) => `${method} ${found.template}${error.instancePath}: ${error.message}`,
      );
    },
  };
}
