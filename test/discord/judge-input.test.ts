// What is said of a file before it is fetched.

import { describe, expect, it } from 'vitest';
import { isPicture } from '../../src/discord/judge-input.ts';

describe('an attachment shows a picture', () => {
  it.each([
    [true, { content_type: 'image/png', filename: 'a' }],
    [false, { content_type: 'video/mp4', filename: 'a.png' }],
    [true, { filename: 'a.PNG' }],
    [true, { filename: 'a.jpeg' }],
    [true, { filename: 'picture' }],
    [true, {}],
    [false, { filename: 'a.txt' }],
    [false, { filename: 'a.png.exe' }],
  ])('%s: %j', (shows, attachment) => {
    expect(isPicture(attachment)).toBe(shows);
  });
});
