// The page in a real browser, the real twin, a real discord.js bot.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTwin, type Twin } from '../../src/playground/start.ts';
import { chromiumPath, launchBrowser } from './browser.ts';
import { startDemoBot } from './demo-bot.ts';

if (chromiumPath === undefined)
  console.warn('The page is not tested: no Chromium is installed (apt-get install chromium).');

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

describe.skipIf(chromiumPath === undefined)('the page', () => {
  let browser: Browser;
  let twin: Twin;
  let bot: { close(): Promise<void> };
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    twin = await startTwin({ rateLimits: false });
    bot = await startDemoBot(twin, 50);
    page = await openPage();
  });
  afterEach(async () => {
    await page.context().close();
    await bot.close();
    await twin.close();
    expect(problems).toEqual([]);
  });

  /** Anything the page complains about fails its test, a breach of its Content-Security-Policy too. */
  async function openPage(query = '', viewport = { width: 1280, height: 800 }): Promise<Page> {
    problems = [];
    const context = await browser.newContext({ viewport });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const opened = await context.newPage();
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await opened.goto(`${twin.pageUrl}${query}`);
    await opened.waitForSelector('.try-it button');
    return opened;
  }

  const type = async (text: string, ...keys: string[]) => {
    await page.keyboard.type(text);
    for (const key of keys) await page.keyboard.press(key);
  };
  const run = async (command: string) => {
    await page.click('#composer-input');
    await type(`/${command}`, 'Enter', 'Enter');
  };
  const paint = async () => {
    await page.click('.try-it button');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.tile img');
  };
  const texts = (selector: string) => page.locator(selector).allInnerTexts();

  test('one click fills in the first picture, and Enter paints it: grid, alt text, buttons', async () => {
    await paint();
    expect(await texts('.reference')).toEqual([expect.stringMatching(/used\s+\/imagine/)]);
    expect(await page.getAttribute('.tile img', 'alt')).toBe('Four pictures of: a red house by the sea at sunset');
    expect(await page.locator('.message .button').count()).toBe(12);
  });

  test('a pressed button turns blue and its answer refers to its parent', async () => {
    await paint();
    await page.click('[data-custom-id=U2]');
    await page.waitForSelector('[data-custom-id=U2].primary');
    await page.waitForSelector('.message >> nth=1');
    expect(await texts('.message >> nth=1 >> .reference')).toEqual([expect.stringContaining('a red house')]);
  });

  test('options are filled by keyboard alone: choices, autocomplete, numbers', async () => {
    await type('/imag', 'Enter');
    await type('a boat', 'Tab');
    await type('size', 'Enter');
    await type('land', 'Enter');
    await type('style', 'Enter');
    await page.waitForSelector('.suggestion:has-text("Hokusai")');
    await type('hok');
    await page.waitForSelector('.suggestion:has-text("Hopper")', { state: 'detached' });
    await page.keyboard.press('Enter');
    await type('steps', 'Enter');
    await type('99', 'Enter');
    expect(await texts('.suggestion-problem')).toEqual(['Write a number of at most 50.']);
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.tile img');
    expect(await texts('.md-subtext')).toEqual([expect.stringContaining('9 steps · landscape · Hokusai')]);
  });

  test('a missing required option is said at the option, and Escape leads back to the plain field', async () => {
    await run('imagine');
    expect(await texts('.suggestion-problem')).toEqual(['This option is required. Give it a value.']);
    expect(await page.locator('.pill.is-wrong').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#composer-input')).toBe(true);
  });

  test('a command pasted as text is taken apart into its options', async () => {
    await page.evaluate('navigator.clipboard.writeText("/imagine prompt:a red house steps:7")');
    await page.click('#composer-input');
    await page.keyboard.press('Control+V');
    expect(await texts('.pill-name')).toEqual(['prompt', 'steps']);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.tile img');
    expect(await texts('.md-subtext')).toEqual([expect.stringContaining('7 steps')]);
  });

  test('in another language the commands have other names, and the English ones still work', async () => {
    await page.click('#language');
    await page.click('.menu-item:has-text("Deutsch")');
    await page.waitForSelector('#language:has-text("DE")');
    expect(twin.actor('ada').locale).toBe('de');
    expect(twin.actor('ben').locale).toBe('en-US');
    await page.click('#composer-input');
    await type('/hil');
    await page.waitForSelector('.suggestion:has-text("/hilfe"):has-text("Was dieser Bot kann")');
    await type('', 'Enter', 'Enter');
    await page.waitForSelector('.message .fence');
    await type('/help');
    await page.waitForSelector('.suggestion:has-text("/hilfe")');
  });

  test('a link to a message leads to it within the page', async () => {
    await paint();
    const [grid] = twin.actor('ada').messages('general');
    const link = `https://discord.com/channels/${twin.world.guild.id}/${grid?.channel_id}/${grid?.id}`;
    twin.actor('ada').send('thread', `look: ${link}`);
    await page.click('.channel.is-thread');
    await page.click('.message .mention:has-text("#general › message")');
    await page.waitForSelector(`#message-${grid?.id}.flash`);
    expect(page.context().pages()).toHaveLength(1);
  });

  test('code has a button that copies it', async () => {
    await run('help');
    await page.hover('.fence');
    await page.click('.fence button');
    await page.waitForSelector('.toast:has-text("Copied")');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('const x = 1;');
  });

  test('a file chosen for an option reaches the bot', async () => {
    await type('/imagine a boat', 'Tab');
    await type('image', 'Enter');
    await page.setInputFiles('.pill input[type=file]', { name: 'sketch.png', mimeType: 'image/png', buffer: PNG });
    await page.waitForSelector('.pill-file:has-text("sketch.png") img');
    await page.focus('.more-options');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.message .tile img');
    expect(await texts('.md-subtext')).toEqual([expect.stringContaining('sketch.png')]);
  });

  test('an ephemeral answer is seen by one member only, until dismissed', async () => {
    await run('help');
    await page.waitForSelector('.ephemeral-note');
    const other = await openPage(`?as=${twin.users.ben}`);
    expect(await other.locator('.message').count()).toBe(0);
    await other.context().close();
    await page.click('text=Dismiss message');
    await page.waitForSelector('.message', { state: 'detached' });
  });

  test('a modal comes prefilled, says what is wrong, and its answer is posted', async () => {
    await paint();
    await page.click('[data-custom-id=remix]');
    await page.waitForSelector('dialog.modal');
    expect(await page.inputValue('dialog textarea')).toBe('a red house by the sea at sunset');
    await page.fill('dialog textarea', '');
    await page.click('dialog .button.primary');
    await page.waitForSelector('.field.has-error');
    await page.fill('dialog textarea', 'a blue house');
    await page.click('dialog .picker');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.click('dialog .button.primary');
    await page.waitForSelector('.message:has-text("a blue house (subtle)")');
    await page.waitForSelector('dialog', { state: 'detached' });
  });

  test('a mask is painted over the picture that the modal belongs to, and goes as a file of its size', async () => {
    await paint();
    await page.click('[data-custom-id=V4]');
    await page.click('dialog >> text=Paint it');
    await page.waitForFunction('document.querySelector(".mask-painter img")?.complete');
    await page.click('dialog .button.primary');
    await page.waitForSelector('.field.has-error');
    const sheet = await page.locator('.mask-painter canvas').boundingBox();
    if (!sheet) throw new Error('no sheet to paint on');
    const at = (x: number, y: number) => [sheet.x + x * sheet.width, sheet.y + y * sheet.height] as const;
    await page.mouse.move(...at(0.2, 0.5));
    await page.mouse.down();
    await page.mouse.move(...at(0.8, 0.5), { steps: 4 });
    await page.mouse.up();
    await page.click('dialog .button.primary');
    await page.waitForSelector('dialog', { state: 'detached' });
    // A stroke of 0.14 and round ends over 0.6 of a square.
    expect(await texts('.message >> nth=1 >> .markdown')).toEqual([
      expect.stringMatching(/^mask\.png has (\d+)×\1, (9|10) % of it white$/),
    ]);
  });

  test('several people are chosen from a select and sent when it closes', async () => {
    await run('blocks');
    await page.click('.message .picker');
    await type('ben', 'ArrowDown', 'Enter');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.ephemeral:has-text("Chosen: @Ben")');
  });

  test('a context menu command runs on the message under the keyboard focus', async () => {
    await paint();
    await page.click('#composer-input');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.click('.menu-item:has-text("Check origin")');
    await page.waitForSelector('.ephemeral:has-text("Made here")');
  });

  test('pictures open large, walk by arrow keys, and close on Escape', async () => {
    await page.setInputFiles('#file-picker', [
      { name: 'one.png', mimeType: 'image/png', buffer: PNG },
      { name: 'two.png', mimeType: 'image/png', buffer: PNG },
    ]);
    await type('two pictures', 'Enter');
    await page.click('.tile >> nth=0');
    expect(await texts('.lightbox-count')).toEqual(['1 of 2']);
    await page.keyboard.press('ArrowRight');
    expect(await texts('.lightbox-count')).toEqual(['2 of 2']);
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
  });

  test('a bot that stays silent is reported as Discord does', async () => {
    await run('silent');
    await page.waitForSelector('.pending:has-text("Sending command")');
    await page.waitForSelector('.failure:has-text("The application did not respond")');
  });

  test('a press without an answer is busy, then says so under the message', async () => {
    await paint();
    await page.click('[data-custom-id=delete]');
    await page.waitForSelector('[data-custom-id=delete][aria-busy]');
    await page.waitForSelector('.message .failure:has-text("did not respond")');
    expect(await page.getAttribute('[data-custom-id=delete]', 'aria-busy')).toBeNull();
  });

  test('when the playground goes away the page says so, and comes back by itself', async () => {
    const { port } = new URL(twin.pageUrl);
    await bot.close();
    await twin.close();
    await page.waitForSelector('#connection:visible');
    twin = await startTwin({ rateLimits: false, port: Number(port) });
    bot = await startDemoBot(twin, 50);
    await page.waitForSelector('#connection', { state: 'hidden' });
    await paint();
    // Chromium reports every request that found nobody.
    problems = problems.filter((problem) => !/WebSocket connection|net::ERR_/.test(problem));
  });

  test('markup in a message is shown, never obeyed', async () => {
    const hostile = '<img src=x onerror=alert(1)> <script>alert(1)</script> [x](javascript:alert(1))';
    await page.click('#composer-input');
    await type(hostile, 'Enter');
    await page.waitForSelector('.message');
    expect(await texts('.message .markdown')).toEqual([hostile]);
    expect(await page.locator('.message :is(img, script, a)').count()).toBe(0);
  });

  test('playing a moderator shows what moderators see', async () => {
    expect(await texts('.channel-name')).not.toContain('mod-log');
    await page.click('#me');
    await page.click('.menu-item:has-text("Mona")');
    await page.waitForSelector('.channel:has-text("mod-log")');
    expect(await page.textContent('.me-text')).toContain('Moderator');
  });

  test('without a bot the page says so', async () => {
    await bot.close();
    await page.waitForSelector('.try-it:has-text("not connected")');
    await page.click('#composer-input');
    await type('/');
    expect(await texts('.suggestion-heading')).toEqual([expect.stringContaining('not connected')]);
  });

  test('a phone shows one column, nothing wider than the screen, and channels behind a button', async () => {
    await paint();
    await page.setViewportSize({ width: 360, height: 720 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await page.evaluate('document.querySelector("#scroller").scrollWidth')).toBe(360);
    await page.click('#open-channels');
    await page.click('.channel:has-text("Easel")');
    await page.waitForSelector('#channel-title:has-text("Easel")');
  });
});
