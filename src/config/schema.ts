// The environment, as one zod schema: one documented variable per field, parsed once into a frozen object.
// `.env.example` lists the same keys in the same order (test/config holds the two against each other).

import { z } from 'zod';

const flag = (byDefault: boolean) =>
  z
    .enum(['on', 'off', 'true', 'false', '1', '0'])
    .default(byDefault ? 'on' : 'off')
    .transform((value) => value === 'on' || value === 'true' || value === '1');

const whole = (min: number, max: number, byDefault: number) =>
  z.coerce.number().int().min(min).max(max).default(byDefault);
const url = (protocols: RegExp) => z.url({ protocol: protocols });
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

export const providers = ['auto', 'cpu', 'cuda', 'tensorrt', 'webgpu', 'dml', 'coreml', 'simulated'] as const;

/** Every variable that Easel reads. `describe()` is the comment that stands above it in .env.example. */
export const configSchema = z.object({
  // Discord
  DISCORD_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe('The bot token. Without one, the local playground page is started instead.'),
  DISCORD_API_URL: url(/^https?$/)
    .default('https://discord.com/api')
    // The version is put in by whoever sends a request.
    .transform((address) => address.replace(/\/+$/, '').replace(/\/+v\d+$/, ''))
    .describe("Discord's REST address; any server that speaks API v10 will do."),
  DISCORD_CDN_HOSTS: list
    .default(['cdn.discordapp.com', 'media.discordapp.net'])
    .describe('Hosts that attachments may be fetched from, separated by commas (host or host:port).'),
  DISCORD_GUILD_ID: z
    .string()
    .regex(/^\d{1,20}$/, 'a server id (digits)')
    .optional()
    .describe('Register commands in this server at once instead of globally.'),
  DISCORD_SHARDS: z
    .string()
    .regex(/^(auto|\d+(-\d+)?\/\d+|\d+ of \d+)$/, '"auto", "first-last/total" or "part of parts"')
    .default('auto')
    .describe(
      'Gateway shards of this process: "auto", its share as "0 of 4" (the total comes from Discord), or written out as "0-3/16".',
    ),
  EASEL_REACTIONS: flag(false).describe(
    'Whether ❌ and ✉️ on a result remove it or send it by direct message: on or off. Asks for one more gateway intent.',
  ),
  // Storage
  REDIS_URL: url(/^rediss?$/)
    .optional()
    .describe('A shared Redis or Valkey (redis:// or rediss://). Without one, a private redis-server is started.'),
  EASEL_DATA_DIR: z.string().min(1).default('data').describe('Folder for the private Redis, imported models and logs.'),
  EASEL_MODELS_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('Folder that holds imported models. Default: "models" inside EASEL_DATA_DIR.'),
  EASEL_MODEL: z
    .string()
    .min(1)
    .optional()
    .describe('Name or folder of the default model. Default: the built-in miniature.'),
  EASEL_WORKER_MODELS: list
    .default([])
    .describe('Names of all models this worker holds, separated by commas. Default: the default model only.'),
  EASEL_LORAS_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of LoRA files (.safetensors). Default: "loras" beside the folder of models.'),
  EASEL_EMBEDDINGS_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of textual inversion files. Default: "embeddings" beside the folder of models.'),
  EASEL_LORA_VARIANTS: whole(1, 100, 2).describe(
    'Variants of a model with LoRAs merged in that stay on disk, each as large as its U-Net and text encoder.',
  ),
  EASEL_AESTHETICS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('Head of the LAION aesthetics predictor (.safetensors or .pth); grids then mark their best picture.'),
  EASEL_IMAGE_STORE_URL: url(/^s3$/)
    .optional()
    .describe('s3://bucket/prefix?endpoint=https://host&region=name keeps pictures there instead of in Redis.'),
  EASEL_IMAGE_STORE_MEGABYTES: whole(16, 1_000_000, 512).describe(
    'Upper bound of the pictures kept in Redis, in megabytes.',
  ),
  // Inference
  EASEL_PROVIDER: z
    .enum(providers)
    .default('auto')
    .describe(
      'Execution provider: auto, cpu, cuda, tensorrt, webgpu, dml or coreml ("simulated" is for load tests only).',
    ),
  EASEL_THREADS: whole(0, 256, 0).describe('CPU threads for inference; 0 lets the runtime decide.'),
  EASEL_GPUS: list.default([]).describe('GPU ids separated by commas: one worker process each. Default: one worker.'),
  EASEL_PREVIEW: z
    .enum(['off', 'blurred'])
    .default('blurred')
    .describe('Small blurred pictures while a job runs: off or blurred.'),
  EASEL_SIMULATED_STEP_MS: whole(0, 60_000, 50).describe('Milliseconds a step of the simulated provider takes.'),
  // Limits
  EASEL_MAX_STEPS: whole(1, 150, 100).describe('Most sampling steps a request may ask for.'),
  EASEL_MAX_EDGE: whole(64, 2048, 1024).describe('Longest edge of a requested picture, in pixels.'),
  EASEL_MAX_QUEUE: whole(1, 1_000_000, 1000).describe('Waiting jobs per model before "queue full" is answered.'),
  EASEL_MAX_WAITING_PER_MEMBER: whole(1, 10_000, 10).describe(
    'Waiting jobs per member before "queue full" is answered.',
  ),
  EASEL_MAX_RUNNING_PER_MEMBER: whole(1, 100, 2).describe(
    'Jobs of one member that may run at the same time; further ones wait.',
  ),
  EASEL_QUOTA_PER_MEMBER: whole(0, 1_000_000, 0).describe('Pictures per member and day; 0 sets no limit.'),
  EASEL_QUOTA_PER_GUILD: whole(0, 10_000_000, 0).describe('Pictures per server and day; 0 sets no limit.'),
  EASEL_DRAIN_SECONDS: whole(0, 86_400, 20).describe(
    'Seconds that a worker told to stop may go on with its picture before it hands it back to the queue.',
  ),
  EASEL_RETENTION_DAYS: whole(1, 3650, 365).describe('Days that requests (and with them live buttons) are kept.'),
  // Safety
  EASEL_SAFETY_ADJUSTMENT: z.coerce
    .number()
    .min(-0.1)
    .max(0.1)
    .default(0)
    .describe('Added to every safety score, from -0.1 (lenient) to 0.1 (strict). Servers may only be stricter.'),
  EASEL_SAFETY_CEILING: z
    .enum(['strict', 'standard', 'age-restricted'])
    .default('age-restricted')
    .describe('The most lenient safety preset that servers may choose: strict, standard or age-restricted.'),
  EASEL_MODERATOR_ROLES: list
    .pipe(z.array(z.string().regex(/^\d{1,20}$/, 'role ids (digits)')))
    .default([])
    .describe('Ids of roles that may use all of /admin, separated by commas, whatever their permissions are.'),
  EASEL_TERMS: z
    .enum(['first-use', 'off'])
    .optional()
    .describe(
      'Terms shown to each member once: first-use or off. Default: first-use with a token, off in the playground.',
    ),
  EASEL_SECRET_KEY: z
    .string()
    .min(16)
    .optional()
    .describe(
      'Encrypts withheld pictures kept for review (16 characters or more). Default: a random key in the data folder.',
    ),
  EASEL_STYLES_FILE: z.string().min(1).optional().describe('A JSON file with further named styles.'),
  EASEL_FILTER_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('A JSON file that replaces the default list of refused words.'),
  EASEL_C2PA_CERTIFICATE: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file with the certificate chain that signs provenance manifests.'),
  EASEL_C2PA_KEY: z.string().min(1).optional().describe('PEM file (PKCS 8) with the key of that certificate.'),
  EASEL_C2PA_TRUST: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file with certificates of authorities; a signature that leads to one counts as trusted in /verify.'),
  EASEL_POWER_WATTS: z.coerce
    .number()
    .min(0)
    .max(100_000)
    .default(65)
    .describe('Power drawn while painting, in watts, for the energy figures.'),
  EASEL_GRID_INTENSITY: z.coerce
    .number()
    .min(0)
    .max(2000)
    .default(400)
    .describe('Carbon intensity of the electricity, in grams of CO2 per kilowatt-hour.'),
  // Operation
  EASEL_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('trace, debug, info, warn, error or silent.'),
  EASEL_LOG_FORMAT: z
    .enum(['json', 'text'])
    .default('json')
    .describe('json for log collectors, text for people. `npm start` takes text where this is not set.'),
  EASEL_LOG_PROMPTS: flag(false).describe('Whether prompts may appear in logs: on or off.'),
  EASEL_HEALTH_PORT: whole(0, 65535, 0).describe(
    'Port for /healthz, /readyz and /metrics; 0 turns it off. With `npm start`, workers take the ports after it.',
  ),
  EASEL_HEALTH_HOST: z.string().min(1).default('127.0.0.1').describe('Address that the health port listens on.'),
  EASEL_INSPECTOR_PASSWORD: z
    .string()
    .min(8)
    .optional()
    .describe('Turns the queue inspector (read-only) on under /queues of the health port, with this password.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(/^https?$/)
    .optional()
    .describe('OpenTelemetry collector (OTLP over HTTP, for example http://localhost:4318) that receives traces.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .min(1)
    .optional()
    .describe('Headers for that collector, "name=value" separated by commas.'),
  EASEL_PLAYGROUND_PORT: whole(0, 65535, 7860).describe('Port of the playground page; 0 takes any free one.'),
  HF_TOKEN: z.string().min(1).optional().describe('Hugging Face token for `easel pull` of models that ask for one.'),
});

export type Config = Readonly<z.infer<typeof configSchema>>;
export type ConfigKey = keyof Config;
