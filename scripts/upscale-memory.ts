// Peak memory of painting at one size in a process of its own: `npx tsx scripts/upscale-memory.ts <edge> [tileEdge] [model folder] [one]`;
// without a folder the configured model or the miniature paints; `one` keeps one network loaded at a time, as a worker on a CPU does with a
// full-size model.
// One step of image-to-image from a grey picture: encoder, U-Net and decoder run as in an upscale, and peaks do not grow with steps.

import { parseConfig } from '../src/config/parse-config.ts';
import { StableDiffusion } from '../src/diffusion/pipeline.ts';
import { tensor } from '../src/diffusion/tensor.ts';
import { resolveModel } from '../src/launcher/resolve-model.ts';

const [edge = 1024, tileEdge = 0] = process.argv.slice(2, 4).map(Number);
const [folder, keepLoaded = 'all'] = process.argv.slice(4) as [string?, ('all' | 'one')?];

async function measure(): Promise<void> {
  const path = folder ?? (await resolveModel(parseConfig(process.env))).path;
  const pipeline = await StableDiffusion.open(path, { threads: 2, keepLoaded });
  const picture = tensor(new Float32Array(3 * edge * edge), [1, 3, edge, edge]);
  const request = {
    prompt: 'a lighthouse',
    width: edge,
    height: edge,
    seed: 1,
    steps: 4,
    guidanceScale: 4,
    sampler: 'dpmpp-2m-karras',
    init: { picture, strength: 0.25 },
    ...(tileEdge > 0 ? { tileEdge } : {}),
  } as const;
  for await (const event of pipeline.generate(request)) if (event.type === 'result') break;
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${edge}x${edge}, ${tileEdge > 0 ? `tiles of ${tileEdge}` : 'whole'}: peak ${peak} MiB\n`);
  await pipeline.close();
}

await measure();
