import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTwin } from '../../src/playground/start.ts';
import { PAINT_COMMAND, raw, tinyPng, withFiles } from './rig.ts';

describe('a playground that is saved', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'playground-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has its commands, messages, files and living tokens again after a restart', async () => {
    const first = await startTwin({ saveIn: folder, token: 'secret' });
    await raw(first, 'PUT', `/applications/${first.applicationId}/commands`, [PAINT_COMMAND]);
    const run = first.actor('ada').runCommand('general', '/imagine', { prompt: 'x' });
    const callback = `/interactions/${run.id}/${run.interaction.token}/callback`;
    await raw(
      first,
      'POST',
      callback,
      withFiles({ type: 4, data: { content: 'done' } }, [{ name: 'a.png', bytes: tinyPng() }]),
      null,
    );
    first.actor('ben').setLocale('ja');
    first.actor('ben').react(await run.answer(), '⭐');
    await first.close();

    const second = await startTwin({ saveIn: folder, token: 'secret' });
    const ada = second.actor('ada');
    expect(ada.commands('general').map(({ name }) => name)).toEqual(['imagine']);
    expect(second.actor('ben').locale).toBe('ja');
    const [message] = ada.messages('general');
    expect(message).toMatchObject({
      content: 'done',
      reactions: [{ count: 1 }],
      interaction_metadata: { name: 'imagine' },
    });
    expect(await ada.download(message!.attachments[0]!)).toEqual(tinyPng());
    const original = `/webhooks/${second.applicationId}/${run.interaction.token}/messages/@original`;
    expect((await raw(second, 'PATCH', original, { content: 'edited', attachments: [] }, null)).status).toBe(200);
    await second.close();
    expect(await readdir(join(folder, 'files'))).toEqual([]);
  });

  it('starts empty when the file is unreadable, and keeps that file aside', async () => {
    await writeFile(join(folder, 'state.json'), '{"version":');
    const twin = await startTwin({ saveIn: folder });
    expect(twin.actor('ada').messages('general')).toEqual([]);
    await twin.close();
    expect(await readdir(folder)).toContain('state.json.unreadable');
  });

  it('says so when its port is taken', async () => {
    const twin = await startTwin();
    const port = Number(new URL(twin.pageUrl).port);
    await expect(startTwin({ port })).rejects.toThrow(`Expected a free port for the playground but ${port} is taken`);
    await twin.close();
  });
});
