// Everybody is answered in the language of their own client, and what was promised is kept in the language it was promised in.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../src/playground/actors.ts';
import type { PageCommand, WireMessage } from '../../src/playground/wire.ts';
import { textsFor } from '../../src/texts/index.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
let ada: Actor;
let ben: Actor;

beforeEach(async () => {
  easel = await startHarness();
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  await easel.startWorker(openSketchEngine({ stepMs: 5 }));
  await easel.startBot();
  await easel.startDeliverer();
});
afterEach(async () => {
  await easel.close();
});

const isPosted = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('-#');
const paint = (who: Actor) =>
  who.runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 3, seed: 40 }).answer(isPosted, 30_000);
const labels = (message: WireMessage) =>
  message.components.flatMap((row) => (row.components ?? []).map((button) => button.label ?? ''));

describe.each(['de', 'fr', 'es-ES', 'es-419', 'ja'])('a member whose client speaks %s', (locale) => {
  const texts = textsFor(locale);

  test('finds the commands, paints, asks for details and is refused in that language', async () => {
    ada.setLocale(locale);
    const [queue] = ada.commands('general').filter(({ name }) => name === 'queue') as [PageCommand];
    expect(queue.label).toBe(texts.commands.queue.name);
    expect(queue.description).toBe(texts.commands.queue.description);

    const grid = await paint(ada);
    expect(grid.content).toContain(texts.job.aiGenerated);
    expect(grid.attachments[0]?.description).toBe(texts.job.altGrid('a lighthouse'));
    expect(labels(grid)).toContain(texts.buttons.info);

    const info = await ada.click(grid, texts.buttons.info).answer();
    expect(info.embeds[0]?.title).toBe(texts.info.title);
    const { imagine } = texts.commands;
    expect(info.embeds[0]?.description).toContain(`/${imagine.name} ${imagine.options.prompt.name}:a lighthouse`);

    const help = await ada.runCommand('general', '/help').answer();
    expect(help.embeds[0]?.description).toBe(texts.help.body(`\`/${imagine.name}\``));

    const refused = await ada.runCommand('general', '/imagine', { prompt: ' ' }).answer();
    expect(refused.content).toBe(texts.refusals.emptyPrompt);
    expect(easel.violations()).toEqual([]);
  }, 60_000);
});

test('a prompt in another language is painted, with one quiet line about English; one in English has none', async () => {
  ada.setLocale('fr');
  const hint = `-# ${textsFor('fr').job.otherLanguage}`;
  const lines = (message: WireMessage) => message.content.split('\n').filter((line) => line === hint);
  const prompt = 'une maison rouge au bord de la mer';
  const french = await ada.runCommand('general', '/imagine', { prompt, steps: 3, count: 1 }).answer(isPosted, 30_000);
  expect(lines(french)).toEqual([hint]);
  expect(lines(await paint(ada))).toEqual([]);

  const form = await ada.click(french, textsFor('fr').buttons.remix).modal();
  const remixed = await ada.submitModal(form, { prompt: 'un chat avec un chapeau' }).answer(isPosted, 30_000);
  expect(lines(remixed)).toEqual([hint]);
  expect(easel.violations()).toEqual([]);
}, 60_000);

test('a picture keeps its painter’s language; who presses a button under it is answered in their own', async () => {
  ada.setLocale('de');
  const german = textsFor('de');
  const english = textsFor('en-GB');
  const grid = await paint(ada);

  const info = await ben.click(grid, german.buttons.info).answer();
  expect(info.embeds[0]?.title).toBe(english.info.title);
  const again = await ben.click(grid, '🔄').answer(isPosted, 30_000);
  expect(again.content).toContain(english.job.headline.reroll('a lighthouse', `<@${ben.id}>`));
  expect(again.content).toContain(english.job.aiGenerated);
  expect(ada.see(grid)?.content).toContain(german.job.aiGenerated);
  expect(easel.violations()).toEqual([]);
}, 60_000);
