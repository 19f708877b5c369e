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
