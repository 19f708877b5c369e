// Discord's own OpenAPI document as a judge of requests. It is data for checks and not part of the product: where it is not at hand the
// tests that need it are skipped and say so. Known differences of the real service are allowed for (see `accepted`).

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { JudgedRequest } from '../../src/playground/rest.ts';

const file = new URL('../../../shared/discord-spec/openapi.json.gz', import.meta.url);

export const hasDiscordSpec = existsSync(file);
export const discordSpecMissing = `skipped: ${file.pathname} is not there`;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, object>> };
}
type PathItem = { readonly parameters?: readonly Parameter[] } & Readonly<Record<string, Operation>>;
interface Spec {
  readonly paths: Readonly<Record<string, PathItem>>;
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

/** Each part of a path as it was meant; a slash in it stays encoded, because it parts nothing. */
function decoded(path: string): string {
  try {
    return path
      .split('/')
      .map((part) => decodeURIComponent(part).replaceAll('/', '%2F'))
      .join('/');
  } catch {
    return path;
  }
}

/** What a parameter's text may mean. */
function meanings(texts: readonly string[]): unknown[] {
  const [text = ''] = texts;
  const number = Number(text);
  return [
    text,
    ...(text !== '' && Number.isFinite(number) ? [number] : []),
    ...(text === 'true' || text === 'false' ? [text === 'true'] : []),
    texts,
  ];
}

export interface DiscordJudge {
  /**
   * @param path as sent, without query, for example /applications/1/commands
   * @param rest the query, and the names of the parts where the body came as form data
   * @returns what is wrong; empty when nothing is
   */
  judge(method: string, path: string, body: unknown, rest?: Partial<Pick<JudgedRequest, 'query' | 'parts'>>): string[];
}

export function openDiscordSpec(): DiscordJudge {
  const spec = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Spec;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema(spec, 'discord');
  const compiled = new Map<string, ValidateFunction>();
  const templates = Object.keys(spec.paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{([^}]+)\}/g, '(?<$1>[^/]+)')}$`),
    gaps: template.split('{').length,
  }));
  templates.sort((a, b) => a.gaps - b.gaps);

  function schemaAt(...parts: string[]): ValidateFunction {
    const key = `discord#/${pointer('paths', ...parts)}`;
    const validate = compiled.get(key) ?? ajv.compile({ $ref: key });
    compiled.set(key, validate);
    return validate;
  }

  /** Of a path and its query: what is not known, what is missing, what has another form than Discord says. */
  function judgeParameters(
    template: string,
    method: string,
    operation: Operation,
    path: Readonly<Record<string, string>>,
    query: URLSearchParams,
  ): string[] {
    const known = [
      ...(spec.paths[template]?.parameters ?? []).map((parameter, index) => ({ parameter, at: ['parameters', index] })),
      ...(operation.parameters ?? []).map((parameter, index) => ({ parameter, at: [method, 'parameters', index] })),
    ];
    const names = new Set(known.flatMap(({ parameter }) => (parameter.in === 'query' ? [parameter.name] : [])));
    const strangers = [...new Set(query.keys())].filter((name) => !names.has(name));
    return [
      ...strangers.map((name) => `knows no ${name} in the query`),
      ...known.flatMap(({ parameter: { name, in: place, required }, at }) => {
        const texts = place === 'path' ? [path[name] ?? ''] : query.getAll(name);
        if (texts.length === 0) return required ? [`needs ${name} in the ${place}`] : [];
        const validate = schemaAt(template, ...at.map(String), 'schema');
        return meanings(texts).some((value) => validate(value))
          ? []
          : [`takes no ${name}=${texts.join()} in the ${place}`];
      }),
    ];
  }

  /** Names of parts that Discord knows, and attachments that have one. */
  function judgeParts(parts: readonly string[], body: unknown): string[] {
    const files = new Set(parts.filter((name) => /^files\[\d\]$/.test(name)));
    const data = Object(Object(body).data ?? body);
    const listed: unknown[] = Array.isArray(data.attachments) ? data.attachments : [];
    // Longer ids are those of attachments that are there already.
    const ids = listed.map((attachment) => String(Object(attachment).id)).filter((id) => id.length < 17);
    return [
      ...parts.filter((name) => name !== 'payload_json' && !files.has(name)).map((name) => `knows no part ${name}`),
      ...ids.filter((id) => !files.has(`files[${id}]`)).map((id) => `lists attachment ${id} without its file`),
      ...(new Set(parts).size < parts.length ? ['has two parts of one name'] : []),
    ];
  }

  return {
    judge(sentMethod, sentPath, body, { query = new URLSearchParams(), parts = null } = {}) {
      const method = sentMethod.toLowerCase();
      const path = decoded(sentPath);
      const found = templates.find(({ pattern, template }) => pattern.test(path) && spec.paths[template]?.[method]);
      const operation = found && spec.paths[found.template]?.[method];
      if (!found || !operation) return [`${sentMethod} ${path} is no route of Discord's`];
      const { template, pattern } = found;
      const say = (fault: string) => `${sentMethod} ${template} ${fault}`;
      const faults = judgeParameters(template, method, operation, pattern.exec(path)?.groups ?? {}, query).map(say);
      const isEmpty = body === undefined || body === null;
      if (!operation.requestBody) return [...faults, ...(isEmpty && parts === null ? [] : [say('takes no body')])];
      if (isEmpty && parts === null) return [...faults, say('needs a body')];
      const type = parts === null ? 'application/json' : 'multipart/form-data';
      if (!operation.requestBody.content[type]) return [...faults, say(`takes no ${type}`)];
      if (parts) faults.push(...judgeParts(parts, body).map(say));
      const validate = schemaAt(template, method, 'requestBody', 'content', type, 'schema');
      const named = Object.fromEntries(
        (parts ?? []).filter((name) => name !== 'payload_json').map((name) => [name, '']),
      );
      if (validate(accepted(parts === null ? body : { ...Object(body), ...named }))) return faults;
      return [
        ...faults,
        ...(validate.errors ?? []).map((error) => `${sentMethod} ${template}${error.instancePath}: ${error.message}`),
      ];
    },
  };
}
