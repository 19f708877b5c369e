import { afterEach, describe, expect, it } from 'vitest';
import type { Twin } from '../../src/playground/start.ts';
import { hasDiscordSpec } from '../support/discord-openapi.ts';
import { raw, startStrictTwin } from './rig.ts';

describe('the twin as a test rig', () => {
  let twin: Twin;
  afterEach(() => twin.close());
  const path = () => `/channels/${twin.channels.general}/messages`;

  it('breaks connections before or after a request is carried out', async () => {
    twin = await startStrictTwin();
    twin.faults.add({ method: 'POST', effect: { kind: 'drop-request' } });
    await expect(raw(twin, 'POST', path(), { content: 'dropped' })).rejects.toThrow();
    twin.faults.add({ method: 'POST', effect: { kind: 'lose-response' } });
    await expect(raw(twin, 'POST', path(), { content: 'kept' })).rejects.toThrow();
    expect(
      twin
        .actor('ada')
        .messages('general')
        .map(({ content }) => content),
    ).toEqual(['kept']);
  });

  it('answers server errors as often as asked', async () => {
    twin = await startStrictTwin();
    twin.faults.add({ path: /messages$/, times: 2, effect: { kind: 'status', status: 503 } });
    const statuses = [];
    for (let index = 0; index < 3; index += 1)
      statuses.push((await raw(twin, 'POST', path(), { content: 'x' })).status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  it.skipIf(!hasDiscordSpec)('holds every body against Discord’s OpenAPI document', async () => {
    twin = await startStrictTwin();
    // A field that the twin itself never reads.
    const body = { content: 'x', tts: 'yes' };
    expect((await raw(twin, 'POST', path(), body)).status).toBe(200);
    expect(twin.violations).toMatchObject([{ kind: 'openapi' }]);
  });

  it('records routes that Discord does not have', async () => {
    twin = await startStrictTwin();
    expect((await raw(twin, 'GET', '/no/such/route')).status).toBe(404);
    expect((await raw(twin, 'PATCH', '/users/@me/channels', {})).status).toBe(405);
    expect(twin.violations.map(({ kind }) => kind)).toEqual(['unknown-route', 'unknown-route']);
  });
});
