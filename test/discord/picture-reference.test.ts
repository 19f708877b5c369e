import { describe, expect, test } from 'vitest';
import { readReference } from '../../src/discord/picture-reference.ts';

describe('how people name a picture', () => {
  test.each([
    ['https://discord.com/channels/1/22/333', { messageId: '333' }],
    ['<https://ptb.discord.com/channels/@me/22/333>', { messageId: '333' }],
    ['http://127.0.0.1:4000/channels/1/22/333', { messageId: '333' }],
    ['0123456789ab', { jobId: '0123456789ab' }],
    [' `0123456789AB` ', { jobId: '0123456789ab' }],
    ['0123456789a', null],
    ['https://discord.com/channels/1/22', null],
    ['https://example.org/0123456789ab', null],
    ['', null],
  ])('%s', (text, expected) => {
    expect(readReference(text)).toEqual(expected);
  });
});
