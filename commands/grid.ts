// /grid: the same picture over a few values of one or two parameters, in one labelled sheet.

import type { Ground, Scene } from '../src/discord/behaviour.ts';
import { defineCommand } from '../src/discord/define-command.ts';
import { readWishes, requestsOf, type Wish } from '../src/discord/imagine-wish.ts';
import { suggestModelChoices } from '../src/discord/model-choices.ts';
import { drawSeed, startJob } from '../src/discord/new-job.ts';
import { booleanOption, choiceOption, integerOption, type OptionValues, stringOption } from '../src/discord/options.ts';
import { checkWords, judgeWish } from '../src/discord/paint-checks.ts';
import { plotParameters, readPlot } from '../src/discord/plot-wish.ts';
import { type Refusal, refuse } from '../src/discord/refusal.ts';
import type { Installation } from '../src/discord/services.ts';
import { sizeId, sizesFor } from '../src/discord/sizes.ts';
import { hardLimits, maxSeed, type Plot } from '../src/jobs/paint-request.ts';

const parameter = <Required extends boolean>(required: Required) =>
  choiceOption({
    required,
    choices: plotParameters.map((name) => ({ name: (texts) => texts.plot.parameters[name], value: name })),
  });

function optionsFor({ model, limits }: Installation) {
  return {
    prompt: stringOption({ required: true, minLength: 1, maxLength: hardLimits.promptCharacters }),
    x: parameter(true),
    'x-values': stringOption({ required: true, minLength: 1, maxLength: 400 }),
    y: parameter(false),
    'y-values': stringOption({ maxLength: 400 }),
    negative: stringOption({ maxLength: hardLimits.promptCharacters }),
    model: stringOption({ maxLength: 100, suggests: true }),
    size: choiceOption({
      choices: sizesFor(model.nativeSize, limits.maxEdge).map((size) => ({
        name: (texts) => `${texts.sizes[size.name]} ${size.width}×${size.height}`,
        value: sizeId(size),
      })),
    }),
    seed: integerOption({ min: 0, max: maxSeed }),
    private: booleanOption(),
  };
}

type Given = OptionValues<ReturnType<typeof optionsFor>>;

interface ReadGrid {
  readonly wish: Wish;
  readonly plot: Plot;
  readonly notes: readonly string[];
}

function readGrid(known: Ground | Scene, given: Given): ReadGrid | Refusal {
  const { texts } = known;
  const { prompt, negative, size, seed, model, x, y } = given;
  const read = readWishes(known, { prompt, negative, size, seed, model });
  if ('refuse' in read) return read;
  const [wish, ...more] = read.wishes;
  if (!wish || more.length > 0 || read.repeat > 1) return refuse(texts.plot.onePrompt);
  if ((y === undefined) !== (given['y-values'] === undefined)) return refuse(texts.plot.halfAnAxis);
  const down = y === undefined ? null : { parameter: y, values: given['y-values'] ?? '' };
  const plot = readPlot(known, wish, { parameter: x, values: given['x-values'] }, down);
  return 'refuse' in plot ? plot : { wish: { ...wish, count: 1 }, plot, notes: read.notes };
}

/** What each cell asks for, as far as rules and limits look at it. */
function cellsOf({ wish, plot }: ReadGrid): readonly Wish[] {
  return plot.cells.map((cell) => ({
    ...wish,
    prompt: cell.prompt ?? wish.prompt,
    negativePrompt: cell.negativePrompt ?? wish.negativePrompt,
    steps: cell.steps ?? wish.steps,
  }));
}

function judgeAll(read: ReadGrid | Refusal, judge: (wish: Wish) => Refusal | null): Refusal | null {
  if ('refuse' in read) return read;
  for (const wish of [read.wish, ...cellsOf(read)]) {
    const unfit = judge(wish);
    if (unfit) return unfit;
  }
  return null;
}

export const grid = defineCommand({
  words: (texts) => texts.commands.grid,
  options: optionsFor,
  suggest: async ({ installation, texts }, { text }) => suggestModelChoices(texts, installation.offers, text),
  first: (scene, given) => ((given.private ?? scene.member.private) ? 'private' : 'reply'),
  check: (ground, given) => judgeAll(readGrid(ground, given), (wish) => checkWords(ground, wish)),
  asks(ground, given) {
    const read = readGrid(ground, given);
    if ('refuse' in read) return {};
    return { pictures: read.plot.cells.length, modelHash: read.wish.modelHash, durable: true };
  },
  judge: (scene, given) => judgeAll(readGrid(scene, given), (wish) => judgeWish(scene, wish)),
  async handle(stage, given) {
    const read = readGrid(stage, given);
    if ('refuse' in read) return;
    const { wish, plot, notes } = read;
    const once = { wishes: [wish], repeat: 1 };
    const [request] = requestsOf(once, drawSeed);
    if (request) await startJob(stage, { kind: 'grid-plot', request: { ...request, plot }, parent: null, notes });
  },
});
