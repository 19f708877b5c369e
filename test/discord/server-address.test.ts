// Another server than Discord, named by DISCORD_API_URL alone: its address in whatever form, and what may be fetched from it.

import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { fetchAttachment } from '../../src/discord/fetch-attachment.ts';
import { judgeFile } from '../../src/discord/judge-input.ts';
import { hostsBeside } from '../../src/discord/server-address.ts';
import { installationOf } from '../../src/launcher/bot-role.ts';
import { textsFor } from '../../src/texts/index.ts';
import { testInstallation } from '../support/installation.ts';

const server = createServer((_request, response) => response.end('bytes'));
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = Object(server.address()).port;
});
afterAll(() => server.close());

describe('DISCORD_API_URL', () => {
  it.each(['/api', '/api/', '/api//', '/api/v10', '/api/v10/', '/api/v9'])('may end in %s', (path) => {
    expect(parseConfig({ DISCORD_API_URL: `http://127.0.0.1:4000${path}` }).DISCORD_API_URL).toBe(
      'http://127.0.0.1:4000/api',
    );
  });

  it('may be a host alone', () => {
    expect(parseConfig({ DISCORD_API_URL: 'http://emulator:4000/' }).DISCORD_API_URL).toBe('http://emulator:4000');
  });
});

describe('an attachment beside the API', () => {
  const installationAt = (apiUrl: string) => {
    const { model, offers } = testInstallation;
    return installationOf(parseConfig({ DISCORD_API_URL: apiUrl }), model, offers);
  };
  const judge = (url: string) => {
    const installation = installationAt(`http://127.0.0.1:${port}/api`);
    const file = { id: '1', filename: 'a.png', size: 5, url, proxy_url: url };
    const ground = { installation, texts: textsFor('en-US') };
    return judgeFile(ground, file)?.refuse ?? null;
  };

  it('is taken, under each name of this machine', async () => {
    for (const name of ['127.0.0.1', 'localhost']) expect(judge(`http://${name}:${port}/a.png`)).toBeNull();
    const allowedHosts = installationAt(`http://127.0.0.1:${port}/api`).cdnHosts;
    const bytes = await fetchAttachment(`http://127.0.0.1:${port}/a.png`, {
      allowedHosts,
      maxBytes: 10,
      timeoutMs: 5000,
    });
    expect(bytes).toHaveLength(5);
  });

  it.each([
    ['another port', () => `http://127.0.0.1:${port === 65535 ? 1 : port + 1}/a.png`],
    ['no port', () => 'http://127.0.0.1/a.png'],
    ['a private address', () => `http://10.0.0.1:${port}/a.png`],
    ['the address of a cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data'],
    ['a name that begins like it', () => `http://127.0.0.1.evil.example:${port}/a.png`],
  ])('is refused from %s', async (_what, url) => {
    expect(judge(url())).toBe(textsFor('en-US').inputs.foreign);
    const allowedHosts = installationAt(`http://127.0.0.1:${port}/api`).cdnHosts;
    await expect(fetchAttachment(url(), { allowedHosts, maxBytes: 10, timeoutMs: 5000 })).rejects.toThrow(
      'an address on',
    );
  });

  it('changes nothing for Discord itself', () => {
    for (const host of ['discord.com', 'canary.discord.com']) expect(hostsBeside(`https://${host}/api`)).toEqual([]);
    expect(hostsBeside('https://notdiscord.com/api')).toEqual(['notdiscord.com']);
    expect(installationAt('https://discord.com/api').cdnHosts).toEqual(['cdn.discordapp.com', 'media.discordapp.net']);
  });
});
