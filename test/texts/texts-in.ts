// Walks a catalogue down to its texts.

export interface Leaf {
  readonly path: string;
  readonly value: string | readonly string[] | ((...gaps: unknown[]) => string);
}

export function* textsIn(tree: object, at = ''): Generator<Leaf> {
  for (const [key, value] of Object.entries(tree)) {
    const path = at === '' ? key : `${at}.${key}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) yield* textsIn(value, path);
    else yield { path, value };
  }
}
