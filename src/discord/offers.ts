// What can be painted with right now, as workers announce it. Refreshed beside the interactions, so that a check before the first response
// may look at it without a round trip; a model stays on offer for a minute after the last word of it, which bridges a worker's restart.

import type { ModelDefaults } from '../jobs/model-defaults.ts';
import type { AnnouncedAdapter, Announcements } from '../store/announcements.ts';

export interface OfferedModel {
  readonly name: string;
  readonly hash: string;
  /** Pixels: the edge the model was made for. */
  readonly nativeSize: number;
  /** What it paints with where nobody says otherwise. */
  readonly defaults?: ModelDefaults | undefined;
  /** Those that every worker with the model has, by name. */
  readonly loras?: readonly AnnouncedAdapter[];
  /** Words that textual inversion files bring. */
  readonly embeddings?: readonly AnnouncedAdapter[];
}

export interface Offers {
  /** The default first, then by name. Of two models with one name (an update is under way) the one that was announced by the younger worker. */
  models(): readonly OfferedModel[];
  /** The operator's choice; after an update of it on every worker, what has its name now. */
  defaultModel(): OfferedModel;
  /** By name (case, spaces and punctuation do not count) or by the first eight digits or more of its hash. */
  find(wanted: string): OfferedModel | null;
  /** LoRAs that can be asked for with this model, those that do not fit with their reason. */
  loras(modelHash: string): readonly AnnouncedAdapter[];
  /** Words that stand for vectors of their own in prompts to this model, those that do not fit with their reason. */
  embeddings(modelHash: string): readonly AnnouncedAdapter[];
  /** Whether a job for this model would find a worker, now or when the default's workers are back. */
  has(modelHash: string): boolean;
  /** Whether a worker holds it that takes jobs, or did a moment ago. */
  isHeld(modelHash: string): boolean;
  /** Asks the store once. */
  refresh(): Promise<void>;
  close(): void;
}

const refreshEveryMs = 2000;
const rememberedMs = 60_000;

const keyOf = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
const same = (a: string, b: string) => a.slice(0, 16) === b.slice(0, 16);

/** A job may go to any worker of its model: what one of them lacks is not on offer. */
function inBoth(a: readonly AnnouncedAdapter[], b: readonly AnnouncedAdapter[]): AnnouncedAdapter[] {
  return a.flatMap((one) => {
    const other = b.find(({ name }) => name.toLowerCase() === one.name.toLowerCase());
    return other ? [other.unfit ? other : one] : [];
  });
}

interface Heard {
  readonly model: OfferedModel;
  readonly workerStartedAt: number;
  heardAt: number;
}

export interface OffersOptions {
  readonly announcements: Pick<Announcements, 'list'>;
  /** The default model as the bot's host or the first worker knows it. */
  readonly fallback: OfferedModel;
  readonly onError?: (error: unknown) => void;
  readonly now?: () => number;
}

export function createOffers(options: OffersOptions): Offers {
  const { announcements, fallback, onError = () => undefined, now = Date.now } = options;
  let heard = new Map<string, Heard>();
  let standard = fallback;

  const current = () => [...heard.values()].filter(({ heardAt }) => now() - heardAt < rememberedMs);

  const isHeld = (modelHash: string) => current().some(({ model }) => same(model.hash, modelHash));

  function models(): OfferedModel[] {
    const byName = new Map<string, Heard>();
    for (const one of current()) {
      const known = byName.get(one.model.name);
      if (!known || known.workerStartedAt < one.workerStartedAt) byName.set(one.model.name, one);
    }
    byName.delete(standard.name);
    const others = [...byName.values()].map(({ model }) => model);
    return [standard, ...others.sort((a, b) => a.name.localeCompare(b.name))];
  }

  async function refresh(): Promise<void> {
    const workers = await announcements.list();
    const asked = new Set<string>();
    const next = new Map(current().map((one) => [one.model.hash, one]));
    for (const { models, state, startedAt } of workers) {
      if (state === 'quarantined') continue;
      for (const { name, hash, nativeSize, defaults, loras: own = [], embeddings: words = [] } of models) {
        const before = next.get(hash);
        const workerStartedAt = Math.max(startedAt, before?.workerStartedAt ?? 0);
        const loras = asked.has(hash) ? inBoth(before?.model.loras ?? [], own) : own;
        const embeddings = asked.has(hash) ? inBoth(before?.model.embeddings ?? [], words) : words;
        asked.add(hash);
        const model = {
          name,
          hash,
          nativeSize,
          ...(defaults ? { defaults } : {}),
          ...(loras.length > 0 ? { loras } : {}),
          ...(embeddings.length > 0 ? { embeddings } : {}),
        };
        next.set(hash, { model, workerStartedAt, heardAt: now() });
      }
    }
    heard = next;
    if (current().some(({ model }) => same(model.hash, standard.hash))) return;
    const successor = current()
      .filter(({ model }) => model.name === standard.name)
      .sort((a, b) => b.workerStartedAt - a.workerStartedAt)[0];
    if (successor) standard = successor.model;
  }

  const refreshed = () => refresh().catch(onError);
  const timer = setInterval(() => void refreshed(), refreshEveryMs);
  timer.unref();
  return {
    models,
    defaultModel: () => standard,
    find(wanted) {
      const all = models();
      const key = keyOf(wanted);
      return (
        all.find(({ name }) => name === wanted) ??
        all.find(({ name }) => key !== '' && keyOf(name) === key) ??
        (/^[0-9a-f]{8,64}$/i.test(wanted)
          ? all.find(({ hash }) => hash.startsWith(wanted.toLowerCase()))
          : undefined) ??
        null
      );
    },
    loras: (modelHash) => current().find(({ model }) => same(model.hash, modelHash))?.model.loras ?? [],
    embeddings: (modelHash) => current().find(({ model }) => same(model.hash, modelHash))?.model.embeddings ?? [],
    has: (modelHash) => same(modelHash, standard.hash) || isHeld(modelHash),
    isHeld,
    refresh: refreshed,
    close: () => clearInterval(timer),
  };
}
