// What everything around the pipeline costs: one request, once through the engine alone and once from a member's press to the picture in the
// channel (twin, bot, queue, worker, delivery, each in a process of its own), in turn, so that both see the same machine.

import type { Config } from '../config/schema.ts';
import type { PaintInput } from '../inference/engine.ts';
import { openThreadedEngine } from '../inference/threaded.ts';
import { engineOptions } from '../launcher/engine-options.ts';
import { modelsDir, resolveModel } from '../launcher/resolve-model.ts';
import { startRig, waitFor } from '../proofs/rig.ts';

export interface OverheadOptions {
  readonly config: Config;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

export interface OverheadReport {
  readonly rounds: number;
  /** Medians, in milliseconds. The engine's includes check, mark and encoding, as the worker does them. */
  readonly engineMs: number;
  readonly endToEndMs: number;
  readonly overheadMs: number;
  /** 150 ms or 5 % of the engine's time, whichever is larger. */
  readonly barMs: number;
  readonly isWithinBar: boolean;
  /** Of single rounds, smallest first. */
  readonly overheads: readonly number[];
  /** Median time until the first response, and from there to the picture. */
  readonly acknowledgedAfterMs: number;
}

const prompt = 'a lighthouse in a storm';
const steps = 20;
const sampler = 'dpmpp-2m';

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

export async function measureOverhead({ config, rounds, say }: OverheadOptions): Promise<OverheadReport> {
  const model = await resolveModel(config, { say });
  const rig = await startRig({
    roles: { bot: 1, worker: 1, deliver: 1 },
    stepMs: 0,
    withHealth: true,
    twin: { rateLimits: false },
    environment: {
      EASEL_PROVIDER: config.EASEL_PROVIDER,
      EASEL_MODELS_DIR: modelsDir(config),
      EASEL_THREADS: String(config.EASEL_THREADS),
      EASEL_PREVIEW: 'off',
      EASEL_QUOTA_PER_MEMBER: '0',
      ...(config.EASEL_MODEL === undefined ? {} : { EASEL_MODEL: config.EASEL_MODEL }),
    },
  });
  const engine = await openThreadedEngine(engineOptions(config, model));
  const edge = engine.model.nativeSize;

  async function alone(seed: number): Promise<number> {
    const input: PaintInput = {
      prompt,
      negativePrompt: '',
      width: edge,
      height: edge,
      seed,
      count: 1,
      steps,
      guidanceScale: 7.5,
      sampler,
      clipSkip: 1,
      safety: { adjustment: 0, onFlag: 'withhold' },
      traceIds: [seed],
      preview: 'off',
    };
    const startedAt = performance.now();
    for await (const event of engine.paint(input)) if (event.type === 'result') return performance.now() - startedAt;
    return Number.NaN;
  }

  async function throughEverything(seed: number): Promise<{ totalMs: number; acknowledgedMs: number }> {
    const startedAt = performance.now();
    const options = { prompt, seed, steps, sampler, guidance: 7.5, count: 1 };
    const invocation = rig.twin.actor('ada').runCommand('general', '/imagine', options);
    const { afterMs } = await invocation.acknowledgement();
    await invocation.answer((message) => message.attachments.length > 0, 600_000);
    return { totalMs: performance.now() - startedAt, acknowledgedMs: afterMs };
  }

  try {
    await waitFor('every process to be ready', rig.isReady, 300_000);
    await alone(1);
    await throughEverything(1);
    const engineTimes: number[] = [];
    const whole: Awaited<ReturnType<typeof throughEverything>>[] = [];
    for (let round = 0; round < rounds; round += 1) {
      engineTimes.push(await alone(100 + round));
      whole.push(await throughEverything(100 + round));
      say(
        `round ${round + 1}: engine ${engineTimes.at(-1)?.toFixed(0)} ms, whole ${whole.at(-1)?.totalMs.toFixed(0)} ms`,
      );
    }
    const [engineMs, endToEndMs] = [median(engineTimes), median(whole.map(({ totalMs }) => totalMs))];
    const overheads = whole.map(({ totalMs }, index) => totalMs - (engineTimes[index] ?? 0)).sort((a, b) => a - b);
    const overheadMs = median(overheads);
    const barMs = Math.max(150, engineMs * 0.05);
    return {
      rounds,
      engineMs,
      endToEndMs,
      overheadMs,
      barMs,
      isWithinBar: overheadMs <= barMs,
      overheads,
      acknowledgedAfterMs: median(whole.map(({ acknowledgedMs }) => acknowledgedMs)),
    };
  } finally {
    await engine.close();
    await rig.close();
  }
}
