// LoRAs named inside a prompt, as AUTOMATIC1111's web UI reads them: `<lora:name>` at full strength or `<lora:name:0.8>`. The tags are
// orders, not words: the text encoder never sees them. Naming one twice adds its strengths.

/** Strengths beyond these paint noise. */
export const loraLimits = { weight: 2, count: 4, nameCharacters: 80 } as const;

export interface LoraMention {
  readonly name: string;
  /** -2 to 2, never 0. */
  readonly weight: number;
}

export interface LoraReading {
  /** The prompt without its tags. */
  readonly words: string;
  /** In order of their first mention. */
  readonly loras: readonly LoraMention[];
  /** The first tag that cannot be read, or what is beyond the limits; else null. */
  readonly problem: string | null;
}

const tags = /<lora:([^<>]*)>/gi;
const number = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

export function readLoras(prompt: string): LoraReading {
  const found = new Map<string, LoraMention>();
  let problem: string | null = null;
  for (const [whole, inside = ''] of prompt.matchAll(tags)) {
    const [name = '', weight = '1', ...rest] = inside.split(':').map((part) => part.trim());
    const key = name.toLowerCase();
    const total = Number(weight) + (found.get(key)?.weight ?? 0);
    const isReadable = name !== '' && name.length <= loraLimits.nameCharacters && rest.length === 0;
    if (!isReadable || !number.test(weight) || Math.abs(total) > loraLimits.weight) problem ??= whole;
    else found.set(key, { name: found.get(key)?.name ?? name, weight: Math.round(total * 1000) / 1000 });
  }
  const loras = [...found.values()].filter(({ weight }) => weight !== 0);
  if (loras.length > loraLimits.count) problem ??= loraTag(loras[loraLimits.count]!);
  return { words: withoutTags(prompt), loras, problem };
}

/** What stands on both sides of a tag stays apart. A prompt without any stays letter by letter. */
function withoutTags(prompt: string): string {
  const without = prompt.replace(tags, ' ');
  return without === prompt
    ? prompt
    : without
        .replace(/ {2,}/g, ' ')
        .replace(/ (?=[,.;])/g, '')
        .trim();
}

/** Takes the tags of one LoRA out. */
export function withoutLora(prompt: string, name: string): string {
  return prompt.replace(tags, (tag, inside: string) =>
    inside.split(':')[0]?.trim().toLowerCase() === name.toLowerCase() ? '' : tag,
  );
}

export function loraTag({ name, weight }: LoraMention): string {
  return `<lora:${name}:${weight}>`;
}
