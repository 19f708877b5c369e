// Plain JavaScript, no dependency: turns a fresh clone into a running program.
// Installs the locked packages when package-lock.json changed, builds when a source is newer than the build, then runs
// `start`, `test` or `easel` with the remaining arguments.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [task, ...rest] = process.argv.slice(2);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 9)) {
  console.error(`Easel needs Node.js 20.9 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function installed() {
  const stamp = join(root, 'node_modules', '.easel-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('Installing packages (once) ...');
  const env = { ...process.env };
  env.ONNXRUNTIME_NODE_INSTALL ??= 'skip';
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    env,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  writeFileSync(stamp, lock);
}

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) time = Math.max(time, newest(path));
    else if (/\.(ts|json)$/.test(entry.name)) time = Math.max(time, statSync(path).mtimeMs);
  }
  return time;
}

function built() {
  const stamp = join(root, 'dist', '.built');
  const since = Math.max(...['src', 'commands', 'workers'].map((folder) => newest(join(root, folder))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs > since) return;
  console.error('Building ...');
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', root]);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, '');
}

/** Runs a program to its end, handing on the signals a terminal or a service manager sends, and its exit code. */
function become(args) {
  const child = spawn(process.execPath, args, { cwd: task === 'easel' ? process.cwd() : root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

installed();
if (task === 'test') {
  built();
  become([join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...rest]);
} else if (task === 'start' || task === 'easel') {
  built();
  // npm runs scripts in the package folder; relative paths a person typed are meant from where they stood.
  if (task === 'easel' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  become([join(root, 'dist', 'src', 'main.js'), ...(task === 'start' ? ['start'] : []), ...rest]);
} else {
  console.error(`Expected start, test or easel but received ${task}`);
  process.exit(2);
}
