// The whole way: /imagine to a posted grid, and every component under it.

import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readMarks } from '../../src/diffusion/watermark/mark.ts';
import { ssim } from '../../src/image/compare.ts';
import { cutTile } from '../../src/image/grid.ts';
import type { Actor } from '../../src/playground/actors.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { loadPicture } from '../support/fixtures.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
let ada: Actor;
let ben: Actor;
let mona: Actor;

function startBeforeEach(stepMs: number): void {
  beforeEach(async () => {
    easel = await startHarness();
    ada = easel.actor('ada');
    ben = easel.actor('ben');
    mona = easel.actor('mona');
    await easel.startWorker(openSketchEngine({ stepMs }));
    await easel.startBot();
    await easel.startDeliverer();
  });
  afterEach(async () => {
    await easel.close();
  });
}

const ephemeral = 64;
const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');

function labels(message: WireMessage): string[][] {
  return message.components.map((row) =>
    (row.components ?? []).map((button) => button.label ?? button.emoji?.name ?? '?'),
  );
}

function button(message: WireMessage, name: string) {
  for (const row of message.components) {
    for (const component of row.components ?? []) {
      if (component.type === ComponentType.Button && (component.label === name || component.emoji?.name === name))
        return component;
    }
  }
  return undefined;
}

async function paint(
  options: Record<string, string | number | boolean> = {},
  who = ada,
  place = 'general',
): Promise<WireMessage> {
  return who
    .runCommand(place, '/imagine', { prompt: 'a lighthouse in a storm', steps: 3, seed: 40, ...options })
    .answer(isDone, 30_000);
}

describe('the grid', () => {
  startBeforeEach(5);

  test('is posted under U1-U4 🔄 / V1-V4 / Remix Info 🗑️, with alt text, seed and the AI line', async () => {
    const grid = await paint();
    expect(labels(grid)).toEqual([
      ['U1', 'U2', 'U3', 'U4', '🔄'],
      ['V1', 'V2', 'V3', 'V4'],
      ['Remix', 'Info', '🗑️'],
    ]);
    expect(grid.attachments).toHaveLength(1);
    expect(grid.attachments[0]?.description).toContain('a lighthouse in a storm');
    expect(grid.content).toContain('seed 40');
    const picture = await loadPicture(await ada.download(grid.attachments[0]!));
    expect([picture.width, picture.height]).toEqual([512, 512]);
    expect(readMarks(picture).referenceAccuracy).toBe(1);
    expect(ada.notifications).toEqual([]);
    expect(easel.violations()).toEqual([]);
  });

  test('prompts cannot mention, format or link', async () => {
    const grid = await paint({ prompt: '@everyone **shout** <@1> [x](https://a.example) `code` # head' });
    expect(grid.mention_everyone).toBe(false);
    expect(grid.content).not.toContain('@everyone');
    expect(grid.content).toContain('\\*\\*shout\\*\\*');
    expect(grid.content).not.toContain('](https');
    expect(easel.twin.world.notifications).toEqual([]);
    expect(easel.violations()).toEqual([]);
  });

  test('a flagged tile is withheld and said, its buttons are off, the others are delivered', async () => {
    const grid = await paint({ prompt: 'a house (flag 2)' });
    expect(grid.content).toContain('Withheld: #2');
    expect(button(grid, 'U2')?.disabled).toBe(true);
    expect(button(grid, 'V2')?.disabled).toBe(true);
    expect(button(grid, 'U1')?.disabled ?? false).toBe(false);
  });

  test('a checker that fails withholds everything', async () => {
    const grid = await ada
      .runCommand('general', '/imagine', { prompt: 'a house (checker fails)', steps: 2 })
      .answer((message) => message.content.includes('Withheld'), 30_000);
    expect(grid.content).toContain('#1, #2, #3, #4');
  });

  test('a failure is one plain sentence with an error id', async () => {
    const failed = await ada
      .runCommand('general', '/imagine', { prompt: 'a house (paint fails)', steps: 2 })
      .answer((message) => message.content.includes('error'), 60_000);
    expect(failed.content).not.toContain('secret detail');
  });
});

describe('buttons under the grid', () => {
  startBeforeEach(5);

  test.each([1, 2, 3, 4])(
    'U%i posts that picture alone, as a reply, without painting, and turns blue',
    async (tile) => {
      const grid = await paint();
      const before = easel.twin.world.clock.now();
      const single = await ben.click(grid, `U${tile}`).answer(isDone);
      expect(easel.twin.world.clock.now() - before).toBeLessThan(5000);
      expect(single.message_reference?.message_id).toBe(grid.id);
      expect(single.content).toContain(`#${tile}`);
      expect(single.content).toContain(ben.id);
      const sheet = await loadPicture(await ada.download(grid.attachments[0]!));
      const picture = await loadPicture(await ada.download(single.attachments[0]!));
      expect([picture.width, picture.height]).toEqual([256, 256]);
      const similarity = [0, 1, 2, 3].map((other) => ssim(picture, cutTile(sheet, other, 4)));
      expect(similarity.indexOf(Math.max(...similarity))).toBe(tile - 1);
      expect(Math.max(...similarity)).toBeGreaterThan(0.9);
      const repainted = await ada.waitForEdit(
        grid,
        (message) => button(message, `U${tile}`)?.style === ButtonStyle.Primary,
      );
      expect(button(repainted, `U${tile}`)?.disabled ?? false).toBe(false);
      expect(repainted.attachments).toHaveLength(1);
      expect(easel.violations()).toEqual([]);
    },
  );

  test('V3 keeps the composition of the bottom left tile', async () => {
    const grid = await paint();
    const variation = await ben.click(grid, 'V3').answer(isDone, 30_000);
    expect(variation.message_reference?.message_id).toBe(grid.id);
    expect(labels(variation)[0]).toEqual(['U1', 'U2', 'U3', 'U4', '🔄']);
    const sheet = await loadPicture(await ada.download(grid.attachments[0]!));
    const children = await loadPicture(await ada.download(variation.attachments[0]!));
    const similarity = [0, 1, 2, 3].map((tile) => ssim(cutTile(children, 0, 4), cutTile(sheet, tile, 4)));
    expect(similarity.indexOf(Math.max(...similarity))).toBe(2);
    expect(easel.violations()).toEqual([]);
  });

  test('🔄 draws a new seed', async () => {
    const grid = await paint();
    const again = await ada.click(grid, '🔄').answer(isDone, 30_000);
    expect(again.content).not.toContain('seed 40 ');
    expect(again.message_reference?.message_id).toBe(grid.id);
  });

  test('Remix opens a form with the words as they are and paints the new ones', async () => {
    const grid = await paint({ negative: 'rain' });
    const modal = await ben.click(grid, 'Remix').modal();
    const text = JSON.stringify(modal);
    expect(text).toContain('a lighthouse in a storm');
    expect(text).toContain('rain');
    const remix = await ben.submitModal(modal, { prompt: 'a windmill in a storm' }).answer(isDone, 30_000);
    expect(remix.content).toContain('a windmill in a storm');
    expect(remix.content).toContain('seed 40');
    expect(remix.message_reference?.message_id).toBe(grid.id);
    const refused = await ben.submitModal(await ben.click(grid, 'Remix').modal(), { prompt: 'porn' }).answer();
    expect(refused.flags & ephemeral).toBe(ephemeral);
    expect(easel.violations()).toEqual([]);
  });

  test('Info shows every parameter, the model, the family and a command to copy, privately', async () => {
    const grid = await paint();
    const child = await ben.click(grid, 'U1').answer(isDone);
    const card = await ben.click(child, 'Info').answer((message) => message.embeds.length > 0);
    expect(card.flags & ephemeral).toBe(ephemeral);
    const text = JSON.stringify(card.embeds);
    for (const part of [
      'a lighthouse in a storm',
      '/imagine prompt:',
      'seed:40',
      'cdcdcdcdcdcdcdcd',
      grid.id,
      'made from',
    ]) {
      expect(text).toContain(part);
    }
    const parentCard = await ben.click(grid, 'Info').answer((message) => message.embeds.length > 0);
    expect(JSON.stringify(parentCard.embeds)).toContain(child.id);
  });

  test('🗑️ is for the author and for moderators', async () => {
    const grid = await paint();
    const refused = await ben.click(grid, '🗑️').answer();
    expect(refused.flags & ephemeral).toBe(ephemeral);
    expect(refused.content).toContain('author and moderators');
    ada.click(grid, '🗑️');
    await ada.waitForDelete(grid);
    const second = await paint();
    mona.click(second, '🗑️');
    await ada.waitForDelete(second);
    expect(easel.violations()).toEqual([]);
  });

  test('a double press makes one job and says so', async () => {
    const grid = await paint();
    const first = ben.click(grid, 'V1');
    const second = ben.click(grid, 'V1');
    const answers = await Promise.all([first.answer(() => true, 30_000), second.answer(() => true, 30_000)]);
    expect(answers.filter((message) => message.content.includes('already at it'))).toHaveLength(1);
    const others = ada.messages('general').filter((message) => message.message_reference?.message_id === grid.id);
    expect(others).toHaveLength(1);
  });

  test('works after the bot was restarted', async () => {
    const grid = await paint();
    await easel.restartBot();
    const single = await ben.click(grid, 'U2').answer(isDone);
    expect(single.attachments).toHaveLength(1);
  });

  test('a private picture stays private, its children too', async () => {
    const grid = await paint({ private: true });
    expect(grid.flags & ephemeral).toBe(ephemeral);
    const single = await ada.click(grid, 'U1').answer(isDone);
    expect(single.flags & ephemeral).toBe(ephemeral);
    expect(ben.messages('general')).toEqual([]);
    expect(easel.violations()).toEqual([]);
  });

  test('works in direct messages', async () => {
    const grid = await paint({}, ada, 'dm');
    const single = await ada.click(grid, 'U4').answer(isDone);
    expect(single.attachments).toHaveLength(1);
    expect(easel.violations()).toEqual([]);
  });
});

describe('while a job waits or runs', () => {
  startBeforeEach(100);

  test('Cancel stops a running job between two steps, for author and moderators', async () => {
    const imagine = ada.runCommand('general', '/imagine', { prompt: 'a long job', steps: 100, count: 1 });
    const live = await imagine.answer((message) => button(message, 'Cancel') !== undefined);
    const refused = await ben.click(live, 'Cancel').answer();
    expect(refused.flags & ephemeral).toBe(ephemeral);
    ada.click(live, 'Cancel');
    const ended = await imagine.answer((message) => message.content.includes('Cancelled'), 20_000);
    expect(ended.attachments).toEqual([]);
    expect(button(ended, 'Cancel')).toBeUndefined();
    const answer = await mona.runCommand('general', '/queue').answer();
    expect(answer.content).toContain('no jobs');
  });

  test('/queue lists my jobs with their places and cancels one', async () => {
    for (let job = 0; job < 4; job += 1) {
      await ada.runCommand('general', '/imagine', { prompt: `job ${job}`, steps: 100, count: 1 }).answer();
    }
    const card = await ada.runCommand('general', '/queue').answer((message) => message.embeds.length > 0);
    expect(card.flags & ephemeral).toBe(ephemeral);
    expect(card.embeds[0]?.description).toContain('job 3');
    const press = button(card, 'Cancel: job 3');
    ada.click(card, press?.custom_id ?? '');
    await ada.waitForEdit(card, (message) => !message.embeds[0]?.description?.includes('job 3'));
    expect((await ben.runCommand('general', '/queue').answer()).content).toContain('no jobs');
    expect(easel.violations()).toEqual([]);
  });

  test('progress is shown with step and percent, edits at least three seconds apart', async () => {
    const imagine = ada.runCommand('general', '/imagine', { prompt: 'slow', steps: 100, count: 1, size: '256x384' });
    await imagine.answer((message) => /step \d+ of 100/.test(message.content), 20_000);
    const done = await imagine.answer(isDone, 60_000);
    const edits = easel.twin.requests.filter(({ method, path }) => method === 'PATCH' && path.includes('/messages/'));
    const progress = edits.filter(({ body }) => JSON.stringify(body ?? '').includes('step '));
    for (const [index, edit] of progress.entries()) {
      if (index > 0) expect(edit.at - (progress[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(2990);
    }
    expect(done.content).not.toContain('step ');
    expect(easel.violations()).toEqual([]);
  });
});
