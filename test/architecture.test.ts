// Reads the import lines and fails with the offending edge: dependencies flow downward only (docs/architecture.md).

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

interface Edge {
  from: string;
  to: string;
  typeOnly: boolean;
  dynamic: boolean;
}

function sources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return path.endsWith('playground/web') ? [] : sources(path);
    return name.endsWith('.ts') ? [path] : [];
  });
}

const files = ['src', 'commands', 'workers'].flatMap((folder) => sources(join(root, folder)));
const importLine =
  /^(?:import|export)\s+(?<type>type\s+)?(?:[^'"();]*?\sfrom\s+)?['"](?<path>[^'"]+)['"]|import\(\s*['"](?<dynamic>[^'"]+)['"]\s*\)/gm;

const edges: Edge[] = files.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(importLine)].map((match) => {
    const path = match.groups?.path ?? match.groups?.dynamic ?? '';
    return {
      from: relative(root, file),
      to: path.startsWith('.') ? relative(root, resolve(dirname(file), path)) : path,
      typeOnly: Boolean(match.groups?.type),
      dynamic: match.groups?.dynamic !== undefined,
    };
  }),
);

/** src/<area>, or the top-level folder. */
function area(path: string): string {
  const parts = path.split('/');
  if (parts[0] !== 'src') return parts[0]!;
  return parts.length === 2 ? parts[1]! : parts[1]!;
}

/** Composition roots: the command line with its long proofs and benchmarks, the launcher and the workers. */
const roots = (path: string) => path === 'src/main.ts' || /^(src\/(cli|launcher|proofs|bench)|workers)\//.test(path);

/** What each area may import besides itself, errors.ts and packages. Types alone may always point at jobs and inference/engine.ts. */
const allowed: Record<string, readonly string[]> = {
  diffusion: [],
  image: [],
  config: [],
  observability: [],
  playground: [],
  texts: [],
  'model-import': ['diffusion/architecture.ts', 'jobs/model-defaults.ts'],
  jobs: ['diffusion/samplers'],
  prompt: ['jobs'],
  queue: ['jobs', 'observability'],
  store: ['jobs', 'image', 'observability'],
  moderation: ['store', 'jobs', 'texts', 'queue', 'observability', 'diffusion/prompt-weights.ts'],
  delivery: ['queue', 'store', 'jobs', 'image', 'texts', 'observability'],
  adapters: ['diffusion', 'model-import'],
  inference: ['diffusion', 'image', 'observability', 'adapters'],
  serving: ['queue', 'store', 'jobs', 'observability'],
  discord: [
    'moderation',
    'store',
    'queue',
    'jobs',
    'texts',
    'delivery',
    'image',
    'prompt',
    'observability',
    'diffusion/samplers',
    'diffusion/prompt-loras.ts',
  ],
  commands: [
    'discord',
    'moderation',
    'store',
    'queue',
    'jobs',
    'texts',
    'delivery',
    'image',
    'prompt',
    'diffusion/samplers',
    'diffusion/prompt-weights.ts',
    'diffusion/prompt-loras.ts',
  ],
};

describe('the dependency rules', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(edges.length).toBeGreaterThan(40);
  });

  it('lets every area import only downward', () => {
    const offences = edges
      .filter((edge) => !roots(edge.from) && /^(src|commands|workers)\//.test(edge.to) && edge.to !== 'src/errors.ts')
      .filter((edge) => {
        const from = area(edge.from);
        if (area(edge.to) === from) return false;
        if (edge.typeOnly && (edge.to.startsWith('src/jobs/') || edge.to === 'src/inference/engine.ts')) return false;
        const target = edge.to.replace(/^src\//, '');
        const rules = allowed[from];
        if (rules === undefined) return !['conformance', 'bench', 'proofs', 'evaluate'].includes(from);
        return !rules.some((rule) => target === rule || target.startsWith(`${rule}/`));
      })
      .map((edge) => `${edge.from} -> ${edge.to}`);
    expect(offences).toEqual([]);
  });

  it('lets only composition roots import commands, workers or each other', () => {
    const offences = edges
      .filter((edge) => !roots(edge.from))
      .filter((edge) => (edge.to.startsWith('commands/') && !edge.from.startsWith('commands/')) || roots(edge.to))
      .map((edge) => `${edge.from} -> ${edge.to}`);
    expect(offences).toEqual([]);
  });

  it('reads process.env in composition roots and src/config alone', () => {
    const offences = files
      .map((file) => relative(root, file))
      .filter((file) => !roots(file) && !file.startsWith('src/config/'))
      .filter((file) =>
        /\bprocess\.env\b/.test(readFileSync(join(root, file), 'utf8').replace(/^\s*(\/\/|\*).*$/gm, '')),
      );
    expect(offences).toEqual([]);
  });

  function reachable(start: readonly string[]): Map<string, string> {
    const cameFrom = new Map<string, string>(start.map((file) => [file, '']));
    const open = [...start];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      for (const edge of edges) {
        if (edge.from !== file || edge.typeOnly || edge.dynamic || cameFrom.has(edge.to)) continue;
        cameFrom.set(edge.to, file);
        open.push(edge.to);
      }
    }
    return cameFrom;
  }

  it("keeps onnxruntime-node out of the bot's import graph", () => {
    const bot = files
      .map((file) => relative(root, file))
      .filter((file) => /^(commands|src\/discord|src\/delivery)\//.test(file));
    const graph = reachable([...bot, 'workers/deliver.ts']);
    expect(graph.get('onnxruntime-node')).toBeUndefined();
  });

  it('keeps commands, src/discord and discord.js out of the generate worker', () => {
    const graph = reachable(['workers/generate.ts']);
    const offences = [...graph.keys()].filter((file) => /^(commands\/|src\/discord\/|discord\.js$)/.test(file));
    expect(offences).toEqual([]);
  });

  it('keeps sharp in src/image alone', () => {
    const offences = edges
      .filter((edge) => edge.to === 'sharp' && !edge.from.startsWith('src/image/'))
      .map((edge) => edge.from);
    expect(offences).toEqual([]);
  });
});
