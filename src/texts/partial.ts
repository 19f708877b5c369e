// A language may lag behind English: its file is partial by type, and what it lacks is said in English until somebody translates it.

type Text = string | readonly string[] | ((...gaps: never[]) => string);

/** The same tree with every branch optional; texts keep their type, gaps included. */
export type Partially<Tree> = Tree extends Text ? Tree : { readonly [Key in keyof Tree]?: Partially<Tree[Key]> };

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** English with every text replaced that the language has. */
export function complete<Tree extends object>(english: Tree, own: Partially<NoInfer<Tree>>): Tree {
  const merge = (base: unknown, over: unknown): unknown => {
    if (!isTree(base) || !isTree(over)) return over ?? base;
    return Object.fromEntries(Object.entries(base).map(([key, value]) => [key, merge(value, over[key])]));
  };
  return merge(english, own) as Tree;
}
