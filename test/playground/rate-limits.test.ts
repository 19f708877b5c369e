import { afterEach, describe, expect, it } from 'vitest';
import { type Rig, raw, startRig } from './rig.ts';

describe('rate limits', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  it('are told in headers, so that discord.js waits and never runs into one', async () => {
    rig = await startRig({ rateLimits: { buckets: { 'message-create': { limit: 3, windowMs: 400 } } } });
    const channel = rig.client.channels.cache.get(rig.twin.channels.general);
    if (!channel?.isSendable()) throw new Error('no channel');
    const started = Date.now();
    await Promise.all(Array.from({ length: 8 }, (_, index) => channel.send(`${index}`)));
    expect(Date.now() - started).toBeGreaterThan(700);
    expect(rig.twin.violations).toEqual([]);
  });

  it('answer 429 with the time to wait, which discord.js honours before it tries again', async () => {
    rig = await startRig();
    rig.twin.faults.add({ method: 'POST', path: /messages$/, effect: { kind: 'rate-limit', retryAfterS: 0.3 } });
    const channel = rig.client.channels.cache.get(rig.twin.channels.general);
    if (!channel?.isSendable()) throw new Error('no channel');
    const started = Date.now();
    expect((await channel.send('late')).content).toBe('late');
    expect(Date.now() - started).toBeGreaterThan(290);
    expect(rig.twin.requests.filter(({ method }) => method === 'POST').map(({ status }) => status)).toEqual([429, 200]);
  });

  it('refuse and record what comes in spite of the headers', async () => {
    rig = await startRig({ rateLimits: { buckets: { 'message-create': { limit: 1, windowMs: 5000 } } } });
    const path = `/channels/${rig.twin.channels.general}/messages`;
    const first = await raw(rig.twin, 'POST', path, { content: '1' });
    expect(first.headers.get('x-ratelimit-remaining')).toBe('0');
    const second = await raw(rig.twin, 'POST', path, { content: '2' });
    expect(second).toMatchObject({ status: 429, body: { global: false } });
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(4);
    expect(
      (await raw(rig.twin, 'POST', `/channels/${rig.twin.channels.thread}/messages`, { content: '3' })).status,
    ).toBe(200);
    expect(rig.twin.violations.map(({ kind }) => kind)).toEqual(['rate-limited']);
    rig.twin.clock.advance(5001);
    expect((await raw(rig.twin, 'POST', path, { content: '4' })).status).toBe(200);
  });

  it('count all requests of the bot together, and ban an address that keeps being refused', async () => {
    rig = await startRig({
      rateLimits: { global: 5, invalidRequests: 3, buckets: { other: { limit: 1000, windowMs: 1000 } } },
    });
    rig.twin.clock.advance(1001);
    const statuses = await Promise.all(
      Array.from({ length: 8 }, () => raw(rig.twin, 'GET', '/users/@me').then(({ status }) => status)),
    );
    expect(statuses.sort()).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    rig.twin.clock.advance(1001);
    expect((await raw(rig.twin, 'GET', '/users/@me')).status).toBe(403);
  });
});
