import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Four projects, told apart by file name: what a test needs is visible in `ls`.
//   *.test.ts        unit   no network, no Redis, seconds
//   *.redis.test.ts  redis  a private redis-server of its own (end-to-end tests live here too)
//   *.model.test.ts  model  real ONNX sessions
//   *.gpu.test.ts    gpu    skipped with a reason where no GPU provider starts
const special = ['**/*.redis.test.ts', '**/*.model.test.ts', '**/*.gpu.test.ts'];

// Project by project, as only files of one project share a worker; the short ones last, so that no core is left waiting for the other.
const order = ['redis', 'model', 'gpu', 'unit'];
class ByProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification) => order.indexOf(project.name);
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: ByProject },
    // Importing discord.js, Redis and sharp and compiling Discord's schemas takes longer than most files: those of a project do it once.
    isolate: false,
    // Files of all projects share one pool of workers. Most of an end-to-end test is waiting, so two cores hold two files well; Vitest's own
    // default leaves one core to itself, which on two cores means one file at a time.
    maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: special } },
      {
        extends: true,
        test: { name: 'redis', include: ['test/**/*.redis.test.ts'], testTimeout: 120_000 },
      },
      {
        extends: true,
        // Sessions live outside the JavaScript heap: a process of its own for each file gives all of them back.
        test: { name: 'model', include: ['test/**/*.model.test.ts'], isolate: true, testTimeout: 300_000 },
      },
      { extends: true, test: { name: 'gpu', include: ['test/**/*.gpu.test.ts'], testTimeout: 300_000 } },
    ],
  },
});
