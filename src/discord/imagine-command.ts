// A request as the command that makes it again: pasted into the message box, Discord fills the options in, which it knows by the names in
// the member's language. Shapes that are no choice of the option `size` are said by a flag.

import type { PaintRequest } from '../jobs/paint-request.ts';
import { sizeOfRatio } from '../prompt/flags.ts';
import type { Catalogue } from '../texts/index.ts';
import type { Installation } from './services.ts';
import { sizeId, sizesFor } from './sizes.ts';

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** Braces of the stored words are words: they must not be read as a choice, nor dashes as a flag. */
function escaped(words: string): string {
  return words.replace(/[{}]/g, (brace) => `\\${brace}`);
}

/** Prompt and negative prompt, and as much of the rest as is known. */
export type Repeatable = Pick<PaintRequest, 'prompt' | 'negativePrompt'> &
  Partial<
    Pick<
      PaintRequest,
      'width' | 'height' | 'seed' | 'steps' | 'guidanceScale' | 'sampler' | 'count' | 'seamless' | 'modelName'
    >
  >;

export function imagineCommand(texts: Catalogue, request: Repeatable, installation: Installation): string {
  const { model, limits, offers } = installation;
  const { name, options } = texts.commands.imagine;
  const { prompt, negativePrompt, width = 0, height = 0, seed, steps, guidanceScale, sampler, count } = request;
  const isChoice = sizesFor(model.nativeSize, limits.maxEdge).some(
    (size) => sizeId(size) === sizeId({ width, height }),
  );
  const common = divisor(width, height) || 1;
  const ratio = { width: width / common, height: height / common };
  // Named only where it is another than the one that is used anyway.
  const isOther = request.modelName !== undefined && request.modelName !== offers.defaultModel().name;
  const native = (request.modelName && offers.find(request.modelName)?.nativeSize) || model.nativeSize;
  const said = sizeOfRatio(ratio, native, limits.maxEdge);
  const isRatio = !isChoice && width > 0 && said.width === width && said.height === height;
  const flags = [
    ...(isRatio ? [`--ar ${ratio.width}:${ratio.height}`] : []),
    ...(request.seamless ? ['--tile'] : []),
  ].map((flag) => ` ${flag}`);
  return [
    `/${name} ${options.prompt.name}:${escaped(prompt)}${flags.join('')}`,
    ...(negativePrompt ? [`${options.negative.name}:${negativePrompt}`] : []),
    ...(isOther ? [`${options.model.name}:${request.modelName}`] : []),
    ...(isChoice ? [`${options.size.name}:${width}x${height}`] : []),
    ...Object.entries({ seed, steps, guidance: guidanceScale, sampler, count } as const).flatMap(([option, value]) =>
      value === undefined ? [] : [`${options[option as 'seed'].name}:${value}`],
    ),
  ].join(' ');
}
