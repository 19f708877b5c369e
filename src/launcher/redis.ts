// A private redis-server (or valkey-server) on a free loopback port, with a password and append-only persistence in the data folder.
// `appendfsync always`: a kill -9 at any moment loses no accepted request.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { EaselError } from '../errors.ts';

export interface PrivateRedis {
  /** redis://:password@127.0.0.1:port */
  readonly url: string;
  /** Process id of the server at the moment; it changes when a killed server was started again. */
  readonly pid: () => number | undefined;
  /** Saves and ends the server, then frees the folder. */
  stop(): Promise<void>;
}

export interface PrivateRedisOptions {
  readonly dataDir: string;
  /** Called with one plain sentence where something happens that an operator should know. */
  readonly say?: (line: string) => void;
  /** `always` in production; tests of other things may take `no`. */
  readonly fsync?: 'always' | 'everysec' | 'no';
}

const binaries = ['redis-server', 'valkey-server'] as const;
const serverFileSchema = z.object({ port: z.int(), password: z.string(), pid: z.int() });

function findBinary(): string | null {
  return binaries.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) ?? null;
}

/** The one command that helps on this machine. */
function installHint(): string {
  return process.platform === 'darwin' ? 'brew install redis' : 'sudo apt-get install -y redis-server';
}

function install(say: (line: string) => void): string {
  const isRoot = process.getuid?.() === 0;
  const hasApt = spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
  if (isRoot && hasApt) {
    say("Installing the distribution's redis-server package (once) ...");
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const attempt = () =>
      spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], { stdio: 'ignore', env });
    if (attempt().status !== 0) {
      spawnSync('apt-get', ['update'], { stdio: 'ignore', env });
      attempt();
    }
    const found = findBinary();
    if (found) return found;
  }
  throw new EaselError(
    'redis-unavailable',
    `Expected redis-server or valkey-server for the queue but found neither. Install one with: ${installHint()}\nor set REDIS_URL to a Redis that runs elsewhere.`,
  );
}

/**
 * A listening socket named after the folder is the lock: the system frees it with its owner, however that ended.
 * @throws EaselError `redis-unavailable` when another Easel uses the folder.
 */
async function lockFolder(folder: string): Promise<Server> {
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16);
  const path = join(tmpdir(), `easel-${name}.lock`);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const server = createServer((socket) => socket.destroy());
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      server.once('error', resolve);
      server.listen(path, () => resolve(null));
    });
    if (error === null) {
      server.unref();
      return server;
    }
    if (error.code !== 'EADDRINUSE') throw error;
    const alive = await new Promise<boolean>((resolve) => {
      const socket = dial(path, () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (alive) break;
    rmSync(path, { force: true });
  }
  throw new EaselError(
    'redis-unavailable',
    `Expected the folder ${folder} for one Easel alone but another one is running on it. Stop that one, or set EASEL_DATA_DIR to another folder.`,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function client(port: number, password: string): Redis {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    password,
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 1000,
  });
  redis.on('error', () => undefined);
  return redis;
}

async function answers(port: number, password: string): Promise<boolean> {
  const redis = client(port, password);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

async function shutdown(port: number, password: string): Promise<void> {
  const redis = client(port, password);
  try {
    await redis.connect();
    await redis.call('SHUTDOWN', 'NOSAVE'); // the append-only file is already on disk
  } catch {
    // the connection ends with the server
  } finally {
    redis.disconnect();
  }
}

async function waitUntil(question: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (await question()) return true;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return false;
}

/** A server whose owner was killed still holds the files: it is asked to end before a new one starts. */
async function endOrphan(serverFile: string): Promise<void> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(serverFile, 'utf8'));
  } catch {
    return;
  }
  const left = serverFileSchema.safeParse(parsed);
  if (!left.success || !(await answers(left.data.port, left.data.password))) return;
  await shutdown(left.data.port, left.data.password);
  await waitUntil(async () => !(await answers(left.data.port, left.data.password)), 10_000);
}

/** The address of the private Redis that another process runs on this data folder, if one does. */
export async function runningRedisUrl(dataDir: string): Promise<string | undefined> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(join(dataDir, 'redis', 'server.json'), 'utf8'));
  } catch {
    return undefined;
  }
  const left = serverFileSchema.safeParse(parsed);
  if (!left.success || !(await answers(left.data.port, left.data.password))) return undefined;
  return `redis://:${left.data.password}@127.0.0.1:${left.data.port}`;
}

/** Redis's configuration syntax: a quoted string with escapes. */
const quoted = (text: string) => JSON.stringify(text);

/**
 * Starts the server and waits until it answers, at most 60 s (a long append-only file is read first).
 * @throws EaselError `redis-unavailable` with the sentence an operator needs.
 */
export async function startPrivateRedis(options: PrivateRedisOptions): Promise<PrivateRedis> {
  const say = options.say ?? (() => undefined);
  const folder = join(options.dataDir, 'redis');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder);
  const serverFile = join(folder, 'server.json');
  try {
    const binary = findBinary() ?? install(say);
    await endOrphan(serverFile);
    const port = await freePort();
    const password = randomBytes(24).toString('hex');
    const configFile = join(folder, 'redis.conf');
    const lines = [
      'bind 127.0.0.1',
      `port ${port}`,
      'protected-mode yes',
      `requirepass ${password}`,
      `dir ${quoted(realpathSync(folder))}`,
      'appendonly yes',
      `appendfsync ${options.fsync ?? 'always'}`,
      'aof-load-truncated yes',
      'maxmemory-policy noeviction',
      'save ""',
      'daemonize no',
      'loglevel warning',
      `logfile ${quoted(join(realpathSync(folder), 'redis.log'))}`,
    ];
    // The password stands in a file of our own, not on a command line that every user of the machine can list.
    writeFileSync(configFile, `${lines.join('\n')}\n`, { mode: 0o600 });

    let child: ChildProcess | undefined;
    let stopping = false;
    let restarts = 0;
    const launch = () => {
      // A process group of its own: a terminal's Ctrl-C reaches the launcher alone, which ends Redis last.
      const started = spawn(binary, [configFile], { stdio: 'ignore', detached: true });
      child = started;
      started.once('error', () => undefined);
      if (started.pid !== undefined)
        writeFileSync(serverFile, JSON.stringify({ port, password, pid: started.pid }), { mode: 0o600 });
      started.once('exit', (code, signal) => {
        if (stopping) return;
        restarts += 1;
        say(`The private Redis ended unexpectedly (${signal ?? code}); starting it again.`);
        setTimeout(() => stopping || launch(), Math.min(5000, 50 * 2 ** Math.min(restarts, 7))).unref();
      });
    };
    launch();
    if (!(await waitUntil(() => answers(port, password), 60_000))) {
      stopping = true;
      child?.kill('SIGKILL');
      throw new EaselError(
        'redis-unavailable',
        `Expected ${binary} to answer within 60 s; its log is ${join(folder, 'redis.log')}`,
      );
    }
    restarts = 0;
    return {
      url: `redis://:${password}@127.0.0.1:${port}`,
      pid: () => child?.pid,
      async stop() {
        if (stopping) return;
        stopping = true;
        const ending = child;
        const ended = new Promise<void>((resolve) => {
          if (!ending || ending.exitCode !== null || ending.signalCode !== null) resolve();
          else ending.once('exit', () => resolve());
        });
        await shutdown(port, password);
        const late = setTimeout(() => ending?.kill('SIGKILL'), 10_000);
        await ended;
        clearTimeout(late);
        rmSync(serverFile, { force: true });
        await new Promise((resolve) => lock.close(resolve));
      },
    };
  } catch (error) {
    await new Promise((resolve) => lock.close(resolve));
    throw error;
  }
}
