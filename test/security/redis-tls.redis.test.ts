// Redis over TLS and with a password: a real redis-server with a certificate of our own, a bot and a worker in processes of their own.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/queue/connect.ts';
import { until } from '../support/jobs.ts';
import { type RoleRig, startRoleRig } from '../support/role-process.ts';

const password = 'a password of this test';
const folder = mkdtempSync(join(tmpdir(), 'easel-tls-'));
const certificate = join(folder, 'cert.pem');

let port = 0;
let server: ReturnType<typeof spawn>;
let rig: RoleRig;
const url = (secret = password) => `rediss://:${encodeURIComponent(secret)}@localhost:${port}`;

beforeAll(async () => {
  const openssl = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', certificate];
  execFileSync('openssl', [...openssl, ...names, ...files], { stdio: 'ignore' });
  port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const taken = Number(Object(probe.address()).port);
      probe.close(() => resolve(taken));
    });
  });
  const tls = ['--tls-cert-file', certificate, '--tls-key-file', join(folder, 'key.pem'), '--tls-auth-clients', 'no'];
  const rest = ['--bind', '127.0.0.1', '--requirepass', password, '--save', '', '--dir', folder];
  server = spawn('redis-server', ['--port', '0', '--tls-port', String(port), ...tls, ...rest], { stdio: 'ignore' });
  rig = await startRoleRig();
});
afterAll(async () => {
  await rig?.close();
  server?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

it('carries bot and worker, with the certificate’s authority named to Node', async () => {
  const environment = { REDIS_URL: url(), NODE_EXTRA_CA_CERTS: certificate };
  const worker = await rig.run('worker', environment);
  const bot = await rig.run('bot', environment);
  await worker.ready();
  await bot.ready();
  const redis = new Redis(url(), { tls: { ca: readFileSync(certificate) } });
  await until(async () => {
    rig.twin.actor('ada').runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 1, count: 1 });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return Number(await redis.hget('easel:{easel}:totals', 'pictures')) > 0;
  }, 60_000);
  redis.disconnect();
  for (const { log } of [worker, bot]) expect(log()).not.toContain(password);
});

it.each([
  ['a certificate that nobody vouches for', () => url()],
  ['no TLS', () => url().replace('rediss:', 'redis:')],
])('is refused with %s, and the address is not repeated', async (_what, address) => {
  const failure = await connect(address(), { patience: 'producer', name: 'test' }).then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: 'redis-unavailable' });
  expect(String(failure)).not.toContain(encodeURIComponent(password));
});

it('is refused with another password, and neither is repeated', async () => {
  const worker = await rig.run('worker', { REDIS_URL: url('a wrong guess'), NODE_EXTRA_CA_CERTS: certificate });
  await until(async () => worker.child.exitCode !== null || (await worker.checks())?.ready === false, 60_000);
  expect((await worker.checks())?.ready ?? false).toBe(false);
  for (const secret of [password, 'wrong guess', 'wrong%20guess']) expect(worker.log()).not.toContain(secret);
});
