// Every GPU provider that starts on this machine must paint what the CPU paints. Runs on a software Vulkan driver too.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relativeL2 } from '../../src/conformance/area.ts';
import type { ResultEvent } from '../../src/diffusion/pipeline.ts';
import { StableDiffusion } from '../../src/diffusion/pipeline.ts';
import type { ProviderName } from '../../src/diffusion/session.ts';
import { providerNames, startProvider } from '../../src/diffusion/session.ts';
import type { TinyModel } from '../support/tiny-model.ts';
import { makeTinyModel } from '../support/tiny-model.ts';

/** Why each GPU provider does not start here; undefined for those that do. */
const reasons = new Map<ProviderName, string | undefined>();
for (const provider of providerNames.filter((name) => name !== 'cpu')) {
  reasons.set(
    provider,
    await startProvider(provider).then(
      () => undefined,
      (error: Error) => error.message,
    ),
  );
}
const started = [...reasons].filter(([, reason]) => reason === undefined).map(([provider]) => provider);

let model: TinyModel;
beforeAll(async () => {
  if (started.length > 0) model = await makeTinyModel();
});
afterAll(() => model?.remove());

async function paint(provider: ProviderName): Promise<ResultEvent> {
  const pipeline = await StableDiffusion.open(model.path, { provider });
  let result: ResultEvent | undefined;
  const request = {
    prompt: 'a (cat:1.2)',
    width: 64,
    height: 96,
    seed: 3,
    count: 2,
    steps: 5,
    guidanceScale: 7.5,
    sampler: 'dpmpp-2m',
  } as const;
  for await (const event of pipeline.generate(request)) if (event.type === 'result') result = event;
  await pipeline.close();
  return result!;
}

describe('GPU providers', () => {
  for (const [provider, reason] of reasons) {
    it.skipIf(reason !== undefined)(
      `${provider} paints what the CPU paints${reason === undefined ? '' : ` (skipped: ${reason})`}`,
      async () => {
        const [ours, golden] = [await paint(provider), await paint('cpu')];
        expect(relativeL2(ours.latents.data, golden.latents.data)).toBeLessThan(1e-3);
        expect(relativeL2(ours.images.data, golden.images.data)).toBeLessThan(1e-2);
      },
    );
  }
});
