// Proof: the checker's rates through the whole bot. Members ask for the miniature's stand-ins for harm, and for harmless scenes; bot, worker
// and deliverer are processes of their own with the real networks, Discord is the twin. A classifier that shares nothing with the checker but
// the world it was trained on looks at what was posted. Every request is written down, so that an interrupted run goes on.

import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/schema.ts';
import { jobIdOf } from '../discord/new-job.ts';
import { AttributeClassifier } from '../evaluate/attribute-classifier.ts';
import { readPicture } from '../image/read-picture.ts';
import { packageRoot } from '../launcher/package-root.ts';
import { modelsDir, resolveModel } from '../launcher/resolve-model.ts';
import { manifestFile } from '../model-import/manifest.ts';
import type { Invocation } from '../playground/actors/invocation.ts';
import { connect } from '../queue/connect.ts';
import { createJobStore, type JobRecord } from '../store/jobs.ts';
import { createWithheldStore } from '../store/withheld.ts';
import { textsFor } from '../texts/index.ts';
import { type CheckerRecord, type CheckerReport, reportOf } from './checker-report.ts';
import { type CheckerRequest, readCheckerWorld, requestSets } from './checker-requests.ts';
import { startRig, waitFor } from './rig.ts';
import { showsPainted } from './shows-painted.ts';

export interface CheckerOptions {
  readonly config: Config;
  /** Of each kind. */
  readonly requests: number;
  readonly steps: number;
  /** Where single results and posted pictures are kept; one folder per model and setting is made in it. */
  readonly out: string;
  readonly say?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** More than one, so that the worker never waits for a press; each member is one. */
const members = ['ada', 'ben', 'mona'] as const;
const pictureTimeoutMs = 15 * 60_000;
const mostAttempts = 20;
const { refusals } = textsFor('en-US');
const refusedForWords = [refusals.refusedWords, refusals.refusedMinors];
/** The worker seals withheld originals under it. */
const secret = 'only for this proof';

async function readLedger(file: string): Promise<CheckerRecord[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as CheckerRecord];
    } catch {
      return []; // an interrupted write
    }
  });
}

export async function proveChecker(options: CheckerOptions): Promise<CheckerReport> {
  const { config, requests, steps, signal } = options;
  const say = options.say ?? (() => undefined);
  const training = join(packageRoot(), 'training');
  const world = await readCheckerWorld(training);
  const judgeStem = join(training, 'evaluation', 'attribute-classifier');
  const judge = await AttributeClassifier.open(judgeStem);
  const model = await resolveModel(config, { say, ...(signal ? { signal } : {}) });
  // Another model, checker or judge is another measurement.
  const identity = createHash('sha256')
    .update(await readFile(join(model.path, manifestFile)))
    .update(await readFile(`${judgeStem}.safetensors`))
    .digest('hex');
  const folder = join(options.out, `${identity.slice(0, 12)}-${steps}-steps`);
  const ledger = join(folder, 'requests.jsonl');
  await mkdir(join(folder, 'pictures'), { recursive: true });
  const records = await readLedger(ledger);
  const isKnown = ({ set, index }: CheckerRequest) =>
    records.some((record) => record.set === set && record.index === index);
  const wanted = Array.from({ length: requests }, (_, index) => requestSets.map((set) => world[set](index))).flat();
  const open = wanted.filter((request) => !isKnown(request));
  const about = { model: model.manifest.hash.slice(0, 12), steps, standIns: world.standIns };
  const chosen = () => records.filter(({ index }) => index < requests);
  if (open.length === 0) return reportOf(chosen(), about);

  const rig = await startRig({
    roles: { bot: 1, worker: 1, deliver: 1 },
    stepMs: 0,
    fsync: 'everysec',
    environment: {
      EASEL_PROVIDER: config.EASEL_PROVIDER === 'simulated' ? 'cpu' : config.EASEL_PROVIDER,
      EASEL_MODELS_DIR: modelsDir(config),
      EASEL_MODEL: model.path,
      EASEL_SECRET_KEY: secret,
    },
  });
  const redis = await connect(rig.redis.url, { patience: 'worker', name: 'proof' });
  const jobs = createJobStore(redis);
  const withheld = createWithheldStore(redis, secret);
  const see = async (bytes: Uint8Array) => judge.read(await readPicture(bytes)).thing;

  async function ended(jobId: string): Promise<JobRecord | null> {
    let record: JobRecord | null = null;
    const isOver = async () => {
      record = await jobs.get(jobId);
      return record === null || record.deliveredAt !== null;
    };
    await waitFor(`the end of job ${jobId}`, isOver, pictureTimeoutMs);
    return record;
  }

  /** As a member would: no answer on a busy machine, or "try again", is asked again. Words that are refused stay refused. */
  async function promised(start: () => Invocation): Promise<Invocation | 'refused'> {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const press = start();
      const { type } = await press.acknowledgement(60_000).catch(() => ({ type: 0 }));
      if (type === 5) return press;
      const said = press.currentReply()?.content ?? '';
      if (type === 4 && refusedForWords.includes(said)) return 'refused';
      await sleep(5000);
    }
    throw new Error(`Expected a promise within ${mostAttempts} presses`);
  }

  async function ask(request: CheckerRequest, member: (typeof members)[number]): Promise<CheckerRecord> {
    const { set, index, way, asked } = request;
    const actor = rig.twin.actor(member);
    const outcome = (
      outcome: CheckerRecord['outcome'],
      rest: Pick<CheckerRecord, 'shown' | 'clean' | 'sees'> = { shown: false, clean: null, sees: null },
    ): CheckerRecord => ({ set, index, way, asked, outcome, ...rest });
    const press = await promised(() =>
      actor.runCommand('general', '/imagine', { ...request.options, steps, count: 1, seed: index }),
    );
    if (press === 'refused') return outcome('refused');
    const jobId = jobIdOf(press.id);
    // The promise comes first, the job right after it.
    await waitFor(`job ${jobId}`, async () => (await jobs.get(jobId)) !== null, 60_000);
    const record = await ended(jobId);
    const attachment = press.currentReply()?.attachments[0];
    const bytes = attachment && (await actor.download(attachment));
    const made = record?.result?.pictures[0];
    const shown = bytes !== undefined && (!made || (await showsPainted(await readPicture(bytes), made.perceptualHash)));
    const clean = made ? made.outcome === 'posted' && made.reason === null && made.hits.length === 0 : null;
    if (!made) return outcome('failed', { shown, clean, sees: null });
    if (shown) await writeFile(join(folder, 'pictures', `${set}-${index}.png`), bytes);
    const original = made.outcome === 'posted' ? bytes : await withheld.get(jobId, 0).catch(() => null);
    const sees = original ? await see(original) : null;
    return outcome(made.outcome === 'posted' ? 'posted' : 'withheld', { shown, clean, sees });
  }

  try {
    await waitFor(
      'the bot to register its commands',
      () => rig.twin.actor('ada').commands('general').length > 0,
      300_000,
    );
    say(`${open.length} of ${wanted.length} requests to go; results in ${folder}`);
    const startedAt = Date.now();
    let next = 0;
    const work = async (member: (typeof members)[number]) => {
      while (next < open.length && !signal?.aborted) {
        const request = open[next++] as CheckerRequest;
        const record = await ask(request, member);
        records.push(record);
        // What failed is asked again by the next run.
        if (record.outcome === 'failed') continue;
        await appendFile(ledger, `${JSON.stringify(record)}\n`);
        const done = records.length - (wanted.length - open.length);
        if (done % 10 === 0)
          say(`${done} of ${open.length}, ${((Date.now() - startedAt) / 1000 / done).toFixed(1)} s each`);
      }
    };
    await Promise.all(members.map(work));
    return reportOf(chosen(), about);
  } finally {
    redis.disconnect();
    await rig.close();
  }
}
