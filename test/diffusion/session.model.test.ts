import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Network, startProvider } from '../../src/diffusion/session.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easel-session-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('startProvider', () => {
  it('starts the CPU', async () => {
    expect(await startProvider('cpu')).toEqual({ provider: 'cpu', halfPrecision: false, warnings: [] });
  });

  it('names a provider that this build does not have, and the reason', async () => {
    const foreign = process.platform === 'win32' ? 'coreml' : 'dml';
    await expect(startProvider(foreign)).rejects.toMatchObject({
      code: 'provider-unavailable',
      message: expect.stringMatching(
        new RegExp(`execution provider ${foreign} .* has no ${foreign} on ${process.platform}`),
      ),
    });
  });

  it('always finds something for auto, and says what it could not have', async () => {
    const { provider, warnings } = await startProvider('auto');
    if (provider === 'cpu') expect(warnings.at(-1)).toMatch(/on the CPU/);
    for (const warning of warnings.slice(0, -1)) expect(warning).toMatch(/^\w+ is unavailable: ./);
  });
});

describe('Network', () => {
  it('says which file is missing', async () => {
    await expect(Network.open(join(folder, 'no.onnx'))).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringMatching('no.onnx'),
    });
  });

  it('says which file does not load', async () => {
    await writeFile(join(folder, 'bad.onnx'), 'not a graph');
    await expect(Network.open(join(folder, 'bad.onnx'))).rejects.toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching('bad.onnx'),
    });
  });
});
