// Holds every file of deploy/ against the configuration schema and the metrics: a name that drifts apart fails here.

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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
/** The first line of a file. */
function head(path: string): string {
  try {
    const file = openSync(path, 'r');
    const bytes = Buffer.alloc(80);
    readSync(file, bytes);
    closeSync(file);
    return bytes.toString('latin1').split('\n')[0] ?? '';
  } catch {
    return ''; // deleted and not yet committed
  }
}
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
  /^(NODE_ENV|ONNXRUNTIME_NODE_INSTALL|CUDA_VISIBLE_DEVICES|REDIS_PASSWORD|REDISCLI_AUTH|GF_.*|GRAFANA_PASSWORD|PASSWORD|POD_INDEX)$/;
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
    for (const name of ['worker-1', 'worker-cpu'] as const) {
      const names = Object.keys(compose.services[name]?.environment ?? {});
      expect(names, name).toContain('REDIS_URL');
      expect(names, name).not.toContain('DISCORD_TOKEN');
    }
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
    for (const role of ['redis', 'bot', 'bot-a', 'bot-b', 'deliver', 'worker']) {
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

  it('refers in every manifest only to what is there', () => {
    type Found = { kind: string; metadata: { name: string }; data?: object; stringData?: object; spec?: Json };
    const all = manifests as Found[];
    const keysOf = (kind: string, name: string) => {
      const found = all.find((one) => one.kind === kind && one.metadata.name === name);
      expect(found, `${kind} ${name}`).toBeDefined();
      return Object.keys(found?.data ?? found?.stringData ?? {});
    };
    let references = 0;
    for (const manifest of all) {
      visit(manifest as Json, (value) => {
        const { secretKeyRef, configMapRef, persistentVolumeClaim, scaleTargetRef } = value as Record<
          string,
          { name: string; key: string; claimName: string } | undefined
        >;
        if (secretKeyRef) expect(keysOf('Secret', secretKeyRef.name)).toContain(secretKeyRef.key);
        if (configMapRef) keysOf('ConfigMap', configMapRef.name);
        if (persistentVolumeClaim) keysOf('PersistentVolumeClaim', persistentVolumeClaim.claimName);
        if (scaleTargetRef) keysOf('Deployment', scaleTargetRef.name);
        references += [secretKeyRef, configMapRef, persistentVolumeClaim, scaleTargetRef].filter(Boolean).length;
      });
      const spec = manifest.spec as {
        selector: { matchLabels: object };
        template: {
          metadata: { labels: object };
          spec: {
            volumes?: { name: string }[];
            containers: { ports: { name: string }[]; volumeMounts: { name: string }[] }[];
          };
        };
        volumeClaimTemplates?: { metadata: { name: string } }[];
      };
      if (!['Deployment', 'StatefulSet'].includes(manifest.kind)) continue;
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      const volumes = [
        ...(spec.template.spec.volumes ?? []).map(({ name }) => name),
        ...(spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
      ];
      for (const container of spec.template.spec.containers) {
        for (const { name } of container.volumeMounts) expect(volumes).toContain(name);
        const probed = [...JSON.stringify(container).matchAll(/"httpGet":\{[^}]*"port":"(\w+)"/g)].map(
          ([, port]) => port,
        );
        for (const port of probed) expect(container.ports.map(({ name }) => name)).toContain(port);
      }
    }
    expect(references).toBeGreaterThan(15);
  });

  it.skipIf(spawnSync('kubectl', ['version', '--client']).error !== undefined)(
    'is built by kustomize, with the bot as one Deployment or in shards',
    () => {
      const copy = mkdtempSync(join(tmpdir(), 'easel-kustomize-'));
      cpSync(join(folder, 'kubernetes'), copy, { recursive: true });
      cpSync(join(copy, 'secret.example.yaml'), join(copy, 'secret.yaml'));
      const build = () => {
        const result = spawnSync('kubectl', ['kustomize', copy], { encoding: 'utf8', maxBuffer: 2 ** 24 });
        expect(result.status, result.stderr).toBe(0);
        return parseAllDocuments(result.stdout).map(
          (one) => one.toJS() as { kind: string; metadata: { name: string } },
        );
      };
      const names = () => build().map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      expect(names()).toEqual(expect.arrayContaining(['Deployment bot', 'Deployment worker', 'ScaledObject worker']));
      const file = join(copy, 'kustomization.yaml');
      writeFileSync(file, read(file).replace('bot.yaml,', 'bot-sharded.yaml,'));
      expect(names()).toEqual(expect.arrayContaining(['StatefulSet bot-a', 'StatefulSet bot-b', 'Service bot']));
      rmSync(copy, { recursive: true });
    },
  );

  it.skipIf(spawnSync('shellcheck', ['--version']).error !== undefined)('has shell scripts without faults', () => {
    const root = join(folder, '..');
    const tracked = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
    const scripts = tracked.filter(
      (file) => file.endsWith('.sh') || /^#!.*\b(ba|da)?sh\b/.test(head(join(root, file))),
    );
    expect(scripts).toContain('.ci/run');
    const result = spawnSync('shellcheck', scripts, { cwd: root, encoding: 'utf8' });
    expect(result.stdout, result.stderr).toBe('');
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
