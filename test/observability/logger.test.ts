import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/observability/logger.ts';

function capture(options: { logPrompts?: boolean } = {}) {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    role: 'test',
    destination: { write: (line) => lines.push(line) },
    ...options,
  });
  return { logger, text: () => lines.join('') };
}

describe('the logger', () => {
  it('hides tokens and keys at the depths at which jobs carry them', () => {
    const { logger, text } = capture();
    logger.info(
      {
        token: 'abc-1',
        job: { reply: { interactionToken: 'abc-2', channelId: '42' } },
        request: { authorization: 'abc-3' },
      },
      'delivered',
    );
    expect(text()).not.toContain('abc-');
    expect(text()).toContain('"channelId":"42"');
  });

  it('hides prompts unless the operator asked for them', () => {
    const hidden = capture();
    hidden.logger.info({ request: { prompt: 'a lighthouse', seed: 7 } });
    expect(hidden.text()).not.toContain('lighthouse');
    expect(hidden.text()).toContain('"seed":7');
    const shown = capture({ logPrompts: true });
    shown.logger.info({ request: { prompt: 'a lighthouse' } });
    expect(shown.text()).toContain('lighthouse');
  });
});

describe('an error in the log', () => {
  it('keeps kind, words, code and stack and drops what libraries hang on it', () => {
    const { logger, text } = capture();
    const cause = Object.assign(new Error('ERR wrong'), { command: { name: 'hset', args: ['a lighthouse', 'abc-1'] } });
    const error = Object.assign(new TypeError('could not post', { cause }), {
      requestBody: { json: { content: 'a lighthouse' } },
      code: 50035,
    });
    logger.error({ err: error }, 'failed');
    expect(text()).toContain('could not post');
    expect(text()).toContain('ERR wrong');
    expect(text()).toContain('50035');
    expect(text()).toContain('logger.test.ts');
    expect(text()).not.toMatch(/lighthouse|abc-1/);
  });

  it.each([
    ['PATCH https://discord.com/api/v10/webhooks/1234/aW50ZXJhY3Rpb246/messages/@original', 'aW50ZXJhY3Rpb246'],
    ['POST /interactions/99/dG9rZW4td2l0aA/callback', 'dG9rZW4td2l0aA'],
    ['connect redis://default:hunter2@10.0.0.1:6379', 'hunter2'],
    ['authorization: Bot MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123', 'GaBcDe'],
  ])('hides the secret in %s', (message, secret) => {
    const { logger, text } = capture();
    logger.warn({ err: new Error(message) }, 'failed');
    expect(text()).not.toContain(secret);
    expect(text()).toContain('(hidden)');
  });
});
