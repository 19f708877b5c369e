// Opening a checker: what counts as a model without one. The network's numbers are checked by the conformance run.

import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSafetyChecker } from '../../src/diffusion/safety-checker.ts';
import { makeTinyModel, type TinyModel } from '../support/tiny-model.ts';

describe('opening a safety checker', () => {
  let model: TinyModel;
  beforeAll(async () => {
    model = await makeTinyModel();
  });
  afterAll(() => model.remove());

  it('refuses a model that has none', async () => {
    await expect(openSafetyChecker(model.path)).rejects.toMatchObject({ code: 'model-without-checker' });
  });

  it('refuses a network whose answer holds no cosines', async () => {
    const folder = join(model.path, 'safety_checker');
    await mkdir(folder);
    await writeFile(
      join(folder, 'config.json'),
      JSON.stringify({ concept_embeds_weights: [0.2], special_care_embeds_weights: [0.2] }),
    );
    await expect(openSafetyChecker(model.path)).rejects.toMatchObject({ code: 'model-without-checker' });
    await copyFile(join(model.path, 'text_encoder', 'model.onnx'), join(folder, 'model.onnx'));
    await copyFile(join(model.path, 'text_encoder', 'model.onnx_data'), join(folder, 'model.onnx_data')).catch(
      () => {},
    );
    await expect(openSafetyChecker(model.path)).rejects.toMatchObject({
      code: 'model-without-checker',
      message: expect.stringContaining('cosines'),
    });
  });
});
