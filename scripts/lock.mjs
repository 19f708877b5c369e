// Writes package-lock.json: `npm run lock` after every change of dependencies.
// - Download addresses are taken out, since they name whatever mirror the author used.
// - A mirror may lack optional packages for other platforms; npm then leaves them out of the lock file and `npm ci` refuses it
//   everywhere. Such entries are put back by name and version, so that each platform still finds its own.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const flags = ['--package-lock-only', '--ignore-scripts', '--omit-lockfile-registry-resolved=false'];
const result = spawnSync('npm', ['install', ...flags], { stdio: 'inherit' });
if (result.status !== 0) process.exit(result.status ?? 1);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const known = (list, name) => list.find((word) => name.split(/[-_]/).includes(word));
for (const entry of Object.values(lock.packages)) delete entry.resolved;
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === '') continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`] || lock.packages[`${path}/node_modules/${name}`]) continue;
    if (!/^\d+\.\d+\.\d+/.test(version)) continue;
    const os = known(
      ['android', 'darwin', 'freebsd', 'linux', 'win32', 'aix', 'sunos', 'openbsd', 'netbsd', 'openharmony'],
      name,
    );
    const cpu = known(
      ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'mips64el', 'loong64'],
      name,
    );
    if (!os && !cpu) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu ? { cpu: [cpu] } : {}),
      ...(entry.dev ? { dev: true } : {}),
      ...(os === 'linux' ? { libc: [name.includes('musl') ? 'musl' : 'glibc'] } : {}),
      license: entry.license,
      optional: true,
      ...(os ? { os: [os] } : {}),
    };
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
