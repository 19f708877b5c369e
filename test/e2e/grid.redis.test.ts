// /grid: one labelled picture over a few values, checked cell by cell, marked as one.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { readMarks } from '../../src/diffusion/watermark/mark.ts';
import { ssim } from '../../src/image/compare.ts';
import { cropPixels } from '../../src/image/resize.ts';
import type { Actor, Options } from '../../src/playground/actors.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { loadPicture } from '../support/fixtures.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
let ada: Actor;
let redis: Awaited<ReturnType<typeof connect>>;

beforeEach(async () => {
  easel = await startHarness({ environment: { EASEL_QUOTA_PER_MEMBER: '20' } });
  ada = easel.actor('ada');
  await easel.startWorker(openSketchEngine({ stepMs: 2 }));
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
});
afterEach(async () => {
  redis.disconnect();
  await easel.close();
});

const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const grid = (options: Options) =>
  ada.runCommand('general', '/grid', { prompt: 'a lighthouse', ...options }).answer(isDone, 30_000);
const refused = async (options: Options) =>
  (
    await ada
      .runCommand('general', '/grid', { prompt: 'a house', ...options })
      .answer((message) => message.content !== '')
  ).content;
const buttons = (message: WireMessage) =>
  message.components.flatMap((row) => (row.components ?? []).map((one) => one.label ?? one.emoji?.name));
const pictureOf = async (message: WireMessage) => loadPicture(await ada.download(message.attachments[0]!));

describe('/grid', () => {
  test('paints every pair of values once, side by side, and marks the sheet', async () => {
    const posted = await grid({ x: 'seed', 'x-values': '5, 6, 7', y: 'steps', 'y-values': '2,4', seed: 1 });
    const sheet = await pictureOf(posted);
    const [left, top] = [sheet.width - 3 * 256, sheet.height - 2 * 256];
    expect(left).toBeGreaterThan(0);
    expect(top).toBeGreaterThan(0);
    for (const [row, steps] of [2, 4].entries()) {
      for (const [column, seed] of [5, 6, 7].entries()) {
        const cell = cropPixels(sheet, left + column * 256, top + row * 256, 256, 256);
        expect(ssim(cell, proceduralPicture(seed + steps, 256, 256))).toBeGreaterThan(0.9);
      }
    }
    const marks = readMarks(sheet);
    expect(marks.referenceAccuracy).toBeGreaterThan(0.9);
    expect(marks.traceId).not.toBeNull();
    expect(buttons(posted)).toEqual(['🔄', 'Info', '🗑️']);
    expect(posted.attachments[0]?.description).toContain('a lighthouse');
    expect(easel.violations()).toEqual([]);
  });

  test('a flagged cell is withheld in its place, the others are shown, and the audit trail knows', async () => {
    const posted = await grid({ prompt: 'a house (flag 2)', x: 'seed', 'x-values': '5, 6' });
    const sheet = await pictureOf(posted);
    const top = sheet.height - 256;
    const cell = (column: number) => cropPixels(sheet, sheet.width - (2 - column) * 256, top, 256, 256);
    expect(ssim(cell(0), proceduralPicture(5, 256, 256))).toBeGreaterThan(0.9);
    expect(ssim(cell(1), proceduralPicture(6, 256, 256))).toBeLessThan(0.5);
    const entries = await createAuditTrail(redis).list(SEED_IDS.guild, { action: 'picture withheld' });
    expect(entries.map((entry) => entry.details?.tile)).toEqual([1]);
  });

  test('with nothing to show, or without a check, it is withheld as a whole', async () => {
    const posted = await grid({ prompt: 'a house (checker fails)', x: 'seed', 'x-values': '5, 6' });
    expect(posted.content).toContain('The picture was withheld');
    const sheet = await pictureOf(posted);
    const first = cropPixels(sheet, sheet.width - 512, sheet.height - 256, 256, 256);
    expect(ssim(first, proceduralPicture(5, 256, 256))).toBeLessThan(0.5);
  });

  test('charges one picture per cell, also for another try', async () => {
    const posted = await grid({
      x: 'guidance',
      'x-values': '3, 7.5, 12',
      y: 'sampler',
      'y-values': 'Euler a, ddim, UniPC',
    });
    await vi.waitFor(async () => expect(await createJobStore(redis).findByMessage(posted.id)).not.toBeNull());
    const again = await ada.click(posted, '🔄').answer(isDone, 30_000);
    const info = await ada.click(again, 'Info').answer((message) => message.embeds.length > 0);
    expect(info.embeds[0]?.fields?.find((one) => one.name === 'Compared')?.value).toBe(
      'guidance 3, guidance 7.5, guidance 12 × Euler a, DDIM, UniPC',
    );
    expect(await refused({ x: 'seed', 'x-values': '1,2,3' })).toContain('You have used your 20 pictures');
    expect(easel.violations()).toEqual([]);
  });

  test('says plainly what cannot be', async () => {
    expect(await refused({ x: 'steps', 'x-values': '5, many' })).toMatch(/`many`.*1–100/);
    expect(await refused({ x: 'style', 'x-values': 'ink, nonsense' })).toContain('`nonsense`');
    expect(await refused({ x: 'seed', 'x-values': '1,2,3,4,5,6,7,8,9' })).toContain('At most 8');
    expect(await refused({ x: 'seed', 'x-values': '1,2,3,4,5', y: 'steps', 'y-values': '1,2,3,4' })).toMatch(/20 .*16/);
    expect(await refused({ x: 'seed', 'x-values': '1', y: 'seed', 'y-values': '2' })).toContain('different');
    expect(await refused({ x: 'seed', 'x-values': '1', y: 'steps' })).toContain('belong together');
    expect(await refused({ x: 'seed', 'x-values': ' , ' })).toContain('at least one value');
    expect(await refused({ prompt: '{a, b}', x: 'seed', 'x-values': '1' })).toContain('one prompt');
    expect(await refused({ prompt: 'gore', x: 'seed', 'x-values': '1' })).toContain('not painted here');
  });
});
