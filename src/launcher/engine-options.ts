// From configuration and a resolved model to what the inference thread needs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { EaselError } from '../errors.ts';
import type { EngineOptions } from '../inference/thread-messages.ts';
import { packageRoot } from './package-root.ts';
import { modelsDir, type ResolvedModel } from './resolve-model.ts';

/** Above this many U-Net parameters a CPU holds one network at a time, so that the whole pipeline stays under 6.5 GiB. */
const largeUnet = 300e6;

export function softwareVersion(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** @throws EaselError `bad-config` for the simulated provider, which has no networks, and for unreadable certificate files */
export function engineOptions(config: Config, { path, manifest }: ResolvedModel, deviceId?: number): EngineOptions {
  const { EASEL_PROVIDER: provider } = config;
  if (provider === 'simulated')
    throw new EaselError(
      'bad-config',
      'Expected a provider that paints for EASEL_PROVIDER but received "simulated", which serves load tests alone',
    );
  const isLarge = (manifest.architecture?.unet.parameters ?? Number.POSITIVE_INFINITY) > largeUnet;
  return {
    model: {
      path,
      name: manifest.name,
      hash: manifest.hash,
      ...(manifest.defaults ? { defaults: manifest.defaults } : {}),
    },
    provider,
    threads: config.EASEL_THREADS,
    softwareVersion: softwareVersion(),
    keepLoaded: isLarge && (provider === 'cpu' || provider === 'auto') ? 'one' : 'all',
    ...(deviceId === undefined ? {} : { deviceId }),
    adapters: {
      loras: config.EASEL_LORAS_DIR ?? join(modelsDir(config), '..', 'loras'),
      embeddings: config.EASEL_EMBEDDINGS_DIR ?? join(modelsDir(config), '..', 'embeddings'),
      cache: join(config.EASEL_DATA_DIR, 'cache', 'loras'),
      mostVariants: config.EASEL_LORA_VARIANTS,
    },
    ...(config.EASEL_AESTHETICS_FILE ? { aesthetics: config.EASEL_AESTHETICS_FILE } : {}),
    ...provenance(config),
  };
}

function readPem(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new EaselError('bad-config', `Expected a readable PEM file for ${name} but ${file} cannot be read`, {
      cause,
    });
  }
}

function provenance(config: Config): Pick<EngineOptions, 'provenance' | 'trustPem'> {
  const { EASEL_C2PA_CERTIFICATE: certificate, EASEL_C2PA_KEY: key, EASEL_C2PA_TRUST: trust } = config;
  const known = trust ? { trustPem: readPem('EASEL_C2PA_TRUST', trust) } : {};
  if (!certificate && !key) return known;
  if (!certificate || !key)
    throw new EaselError(
      'bad-config',
      'Expected both EASEL_C2PA_CERTIFICATE and EASEL_C2PA_KEY but received one of them',
    );
  return {
    ...known,
    provenance: {
      certificatePem: readPem('EASEL_C2PA_CERTIFICATE', certificate),
      keyPem: readPem('EASEL_C2PA_KEY', key),
    },
  };
}
