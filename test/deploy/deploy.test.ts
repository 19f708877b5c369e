// Holds every file of deploy/ against the configuration schema and the metrics: a name that drifts apart fails here.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { configSchema } from '../../src/config/schema.ts';
import { createMetrics } from '../../src/observability/metrics.ts';

const folder = new URL('../../deploy/', import.meta.url).pathname;

function walk(path: string): string[] {
  return readdirSync(path).flatMap((name) => {
    const child = join(path, name);
    return statSync(child).isDirectory() ? walk(child) : [child];
  });
}

const files = walk(folder);
const read = (path: string) => readFileSync(path, 'utf8');
const named = (ending: string | RegExp) =>
  files.filter((file) => (typeof ending === 'string' ? file.endsWith(ending) : ending.test(file)));

function yaml(path: string): unknown[] {
  return parseAllDocuments(read(path), { merge: true }).map((document) => {
    expect(document.errors, path).toEqual([]);
    return document.toJS() as unknown;
  });
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
function visit(value: Json, look: (object: { [key: string]: Json }) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, look);
  else if (value && typeof value === 'object') {
    look(value);
    for (const item of Object.values(value)) visit(item, look);
  }
}

const known = new Set(Object.keys(configSchema.shape));
/** Read by the services themselves, not by Easel. */
const foreign =
  /^(NODE_ENV|ONNXRUNTIME_NODE_INSTALL|CUDA_VISIBLE_DEVICES|REDIS_PASSWORD|REDISCLI_AUTH|GF_.*|GRAFANA_PASSWORD|PASSWORD)$/;
const unknown = (names: Iterable<string>) => [...names].filter((name) => !known.has(name) && !foreign.test(name));

const compose = yaml(join(folder, 'compose.yaml'))[0] as {
  services: Record<string, { environment?: Record<string, string>; image?: string; read_only?: boolean }>;
};
const dashboard = JSON.parse(read(join(folder, 'grafana/dashboard.json'))) as {
  panels: {
    id: number;
    gridPos: { x: number; y: number; w: number; h: number };
    targets: { expr: string }[];
  }[];
};
const manifests = named(/kubernetes\/.*\.yaml$/).flatMap((file) => yaml(file) as Json[]);

function containers(app: string): { [key: string]: Json }[] {
  const found: { [key: string]: Json }[] = [];
  for (const manifest of manifests) {
    const object = manifest as { kind?: string; metadata?: { name?: string } };
    if (!['Deployment', 'StatefulSet'].includes(object.kind ?? '') || object.metadata?.name !== app) continue;
    visit(
      manifest,
      (value) => Array.isArray(value.containers) && found.push(...(value.containers as { [key: string]: Json }[])),
    );
  }
  return found;
}

describe('deploy/', () => {
  it('holds YAML and JSON that parse', () => {
    for (const file of named(/\.ya?ml$/)) yaml(file);
    for (const file of named('.json')) JSON.parse(read(file));
    expect(files.length).toBeGreaterThan(15);
  });

  it('names only variables that the configuration knows', () => {
    const names = new Set<string>();
    for (const service of Object.values(compose.services))
      for (const key of Object.keys(service.environment ?? {})) names.add(key);
    for (const match of read(join(folder, 'compose.yaml')).matchAll(/\$\{([A-Z0-9_]+)/g)) names.add(match[1]!);
    for (const manifest of manifests) {
      visit(manifest, (value) => {
        if (Array.isArray(value.env)) for (const entry of value.env as { name: string }[]) names.add(entry.name);
        if (value.kind === 'ConfigMap') for (const key of Object.keys(value.data as object)) names.add(key);
        if (value.kind === 'Secret') for (const key of Object.keys(value.stringData as object)) names.add(key);
      });
    }
    for (const file of named('.Dockerfile'))
      for (const match of read(file).matchAll(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)=/g)) names.add(match[1]!);
    for (const file of named('.service'))
      for (const match of read(file).matchAll(/^Environment=([A-Z0-9_]+)=/gm)) names.add(match[1]!);
    expect(names.size).toBeGreaterThan(8);
    expect(unknown(names)).toEqual([]);
  });

  it('gives every role what it needs, and no worker the Discord token', () => {
    for (const role of ['bot', 'deliver', 'worker']) {
      const inCompose = Object.keys(compose.services[role]!.environment ?? {});
      const inCluster = containers(role).flatMap((container) =>
        (container.env as { name: string }[]).map((entry) => entry.name),
      );
      for (const names of [inCompose, inCluster]) {
        expect(names, role).toContain('REDIS_URL');
        expect(names.includes('DISCORD_TOKEN'), role).toBe(role !== 'worker');
      }
    }
  });

  it('pins every image, runs it as a non-root user and asks after its health', () => {
    for (const file of named('.Dockerfile')) {
      const text = read(file);
      const stages = new Set([...text.matchAll(/^FROM \S+ AS (\S+)/gm)].map((match) => match[1]));
      for (const [, image] of text.matchAll(/^FROM (\S+)/gm)) {
        expect(stages.has(image) || /:[^:]*\d+\.\d+/.test(image!), `${basename(file)}: ${image}`).toBe(true);
      }
      const last = text.slice(text.lastIndexOf('\nFROM '));
      expect(last).toMatch(/^USER 1000:1000$/m);
      expect(last).toMatch(/^HEALTHCHECK /m);
      expect(text).not.toMatch(/^ADD |:latest|curl .*\|/m);
    }
    for (const [name, service] of Object.entries(compose.services)) {
      if (service.image && !service.image.startsWith('easel-')) expect(service.image, name).toMatch(/:v?\d+\.\d+/);
      expect(service.read_only, name).toBe(true);
    }
    for (const role of ['redis', 'bot', 'deliver', 'worker']) {
      for (const container of containers(role)) {
        const text = JSON.stringify(container);
        expect(text).toContain('"readOnlyRootFilesystem":true');
        expect(text).toContain('"allowPrivilegeEscalation":false');
        expect(text).toContain('"livenessProbe"');
      }
    }
  });

  it('gives the worker longer to stop than the longest job takes', () => {
    const grace: number[] = [];
    for (const manifest of manifests) {
      const object = manifest as { kind?: string; metadata?: { name?: string } };
      if (object.kind === 'Deployment' && object.metadata?.name === 'worker') {
        visit(
          manifest,
          (value) =>
            typeof value.terminationGracePeriodSeconds === 'number' && grace.push(value.terminationGracePeriodSeconds),
        );
      }
    }
    expect(grace).toEqual([900]);
    const unit = read(join(folder, 'systemd/easel-worker@.service'));
    expect(unit).toMatch(/^TimeoutStopSec=900$/m);
    expect(compose.services.worker).toMatchObject({ stop_grace_period: '15m' });
    // What is not finished by then is handed back, with a minute to close everything.
    const drains = [
      /^Environment=EASEL_DRAIN_SECONDS=(\d+)$/m.exec(unit)?.[1],
      compose.services.worker?.environment?.EASEL_DRAIN_SECONDS,
      ...containers('worker').flatMap((container) =>
        (container.env as { name: string; value?: string }[])
          .filter(({ name }) => name === 'EASEL_DRAIN_SECONDS')
          .map(({ value }) => value),
      ),
    ].map(Number);
    expect(drains).toEqual([840, 840, 840]);
  });

  it("scales by BullMQ's own key names", () => {
    const lists: string[] = [];
    for (const manifest of manifests)
      visit(manifest, (value) => typeof value.listName === 'string' && lists.push(value.listName));
    expect(lists.sort()).toEqual(['{easel}:generate-MODEL_HASH:prioritized', '{easel}:generate-MODEL_HASH:wait']);
  });

  it('asks Prometheus only for metrics that exist', async () => {
    const metrics = (await createMetrics('test').registry.getMetricsAsJSON()).map((metric) => metric.name);
    const text =
      read(join(folder, 'prometheus/rules.yml')) +
      read(join(folder, 'grafana/dashboard.json')) +
      read(join(folder, 'kubernetes/scaling.yaml'));
    const names = new Set(
      [...text.matchAll(/\beasel_[a-z_]+/g)].map((match) => match[0].replace(/_(bucket|sum|count)$/, '')),
    );
    expect(names.size).toBeGreaterThan(6);
    expect([...names].filter((name) => !metrics.includes(name))).toEqual([]);
  });

  it('shows or watches every metric that Easel has', async () => {
    const metrics = (await createMetrics('test').registry.getMetricsAsJSON())
      .map((metric) => metric.name)
      .filter((name) => name.startsWith('easel_'));
    const text = read(join(folder, 'prometheus/rules.yml')) + read(join(folder, 'grafana/dashboard.json'));
    expect(metrics.length).toBeGreaterThan(12);
    expect(metrics.filter((name) => !text.includes(name))).toEqual([]);
  });

  it('lays out the dashboard without overlaps, each panel with its own id', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  describe.skipIf(spawnSync('promtool', ['--version']).error !== undefined)('by promtool', () => {
    function promtool(...words: string[]): string {
      const result = spawnSync('promtool', words, { encoding: 'utf8' });
      expect(result.status, result.stderr + result.stdout).toBe(0);
      return result.stderr + result.stdout;
    }

    it('has alert rules and a scrape configuration that are valid', () => {
      expect(promtool('check', 'rules', join(folder, 'prometheus/rules.yml'))).toContain('SUCCESS');
      promtool('check', 'config', join(folder, 'prometheus/prometheus.yml'));
    });

    it('has alerts that fire when they should and only then', () => {
      promtool('test', 'rules', join(folder, 'prometheus/rules.test.yml'));
    });

    it('has a dashboard whose every query parses', () => {
      const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
      expect(queries.length).toBeGreaterThan(15);
      const rules = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
      const file = join(mkdtempSync(join(tmpdir(), 'easel-queries-')), 'rules.yml');
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
      promtool('check', 'rules', file);
      rmSync(dirname(file), { recursive: true });
    });

    it('serves metrics in the form that Prometheus reads', async () => {
      const text = await createMetrics('test').registry.metrics();
      const result = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
      // prom-client's own process metrics break two naming habits; ours break none.
      const ours = (result.stderr + result.stdout).split('\n').filter((line) => /easel_|error while/.test(line));
      expect(ours).toEqual([]);
    });
  });

  it.skipIf(spawnSync('systemd-analyze', ['--version']).error !== undefined)(
    'has units in which systemd-analyze finds no bad line',
    () => {
      const result = spawnSync('systemd-analyze', ['verify', ...named('.service')], { encoding: 'utf8' });
      // Missing users, programs or a missing system bus on the machine that tests are not faults of the file.
      const faults = result.stderr
        .split('\n')
        .filter((line) => line.includes('easel') && /Invalid|Unknown|ignoring|bad unit|Missing '='/.test(line));
      expect(faults).toEqual([]);
    },
  );
});
