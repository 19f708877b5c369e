// Measured times of a model, as exponentially weighted means: exact per picture size and count where such a job was seen, else per pixel.

import type { Redis } from 'ioredis';
import { isAboutValues } from '../jobs/explain-refusal.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';
import type { JobShape } from './job-cost.ts';

/** Weight of the newest measurement. */
const alpha = 0.3;

/** Milliseconds: `step` per sampling step of the whole job, `rest` for everything around the steps. */
export interface Measured {
  readonly step: number;
  readonly rest: number;
}

export interface Pace {
  /** Milliseconds a job of this shape takes; null while nothing was measured. */
  predict(shape: JobShape): number | null;
}

const sizeOf = (shape: JobShape) => `${shape.width}x${shape.height}x${shape.count}`;
const pixelsOf = (shape: JobShape) => shape.width * shape.height * shape.count;

// KEYS[1] pace hash. ARGV: alpha, then pairs of field and value; each field moves towards its value.
const blend = redisScript(`
local alpha = tonumber(ARGV[1])
for i = 2, #ARGV, 2 do
  local old = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or '')
  local new = tonumber(ARGV[i + 1])
  if old then new = old + alpha * (new - old) end
  redis.call('HSET', KEYS[1], ARGV[i], string.format('%.9g', new))
end
return 0
`);

export async function recordPace(redis: Redis, modelHash: string, shape: JobShape, measured: Measured): Promise<void> {
  const size = sizeOf(shape);
  const pixels = pixelsOf(shape);
  await blend.run(
    redis,
    [redisKeys.pace(modelHash)],
    [
      alpha,
      `step:${size}`,
      measured.step,
      `rest:${size}`,
      measured.rest,
      'step',
      measured.step / pixels,
      'rest',
      measured.rest / pixels,
    ],
  );
}

export async function readPace(redis: Redis, modelHash: string): Promise<Pace> {
  // An estimate: what cannot be read is as if nothing had been measured yet.
  const fields = await redis.hgetall(redisKeys.pace(modelHash)).catch((error: unknown): Record<string, string> => {
    if (isAboutValues(error)) return {};
    throw error;
  });
  const number = (field: string): number | null => {
    const value = Number(fields[field]);
    return fields[field] !== undefined && Number.isFinite(value) && value >= 0 ? value : null;
  };
  return {
    predict(shape) {
      const pixels = pixelsOf(shape);
      const perPixel = number('step');
      const step = number(`step:${sizeOf(shape)}`) ?? (perPixel === null ? null : perPixel * pixels);
      if (step === null) return null;
      const rest = number(`rest:${sizeOf(shape)}`) ?? (number('rest') ?? 0) * pixels;
      return step * shape.steps + rest;
    },
  };
}
