// Tells other kinds of checkpoints from Stable Diffusion v1 by names and shapes, so that each is refused in one sentence that says what it is.
import { unsupported } from './byte-source.ts';
import { prefixes, type TensorMap } from './key-map.ts';

interface Kind {
  found: string;
  is(names: Names): boolean;
}

/** The first row that fits names the file. */
const otherKinds: readonly Kind[] = [
  {
    found: 'a LoRA, which changes a model and is none by itself',
    is: (n) => n.some(/\.lora_(?:up|down|A|B)\b|^lora_(?:te|unet)|\.hada_w1|\.lokr_w1|processor\..*_lora\./),
  },
  {
    found: 'a textual inversion embedding, which adds a word to a model and is none by itself',
    is: (n) => n.topLevel.includes('string_to_param') || n.some(/^(?:emb_params|string_to_param|<.+>)$/),
  },
  { found: 'a ControlNet', is: (n) => n.some(/^(?:control_model\.|controlnet_|input_hint_block\.|zero_convs\.)/) },
  {
    found: 'a hypernetwork',
    is: (n) => n.topLevel.includes('layer_structure') || n.topLevel.includes('optimizer_name'),
  },
  {
    found: 'a Stable Diffusion XL checkpoint',
    is: (n) =>
      n.some(/^conditioner\.embedders\.[1-9]|\.label_emb\.|^add_embedding\./) ||
      n.contextWidth === 2048 ||
      n.contextWidth === 1280,
  },
  {
    found: 'a Stable Diffusion 2.x checkpoint (OpenCLIP text encoder)',
    is: (n) => n.some(/^cond_stage_model\.model\.|^conditioner\.embedders\.0\.model\./) || n.contextWidth === 1024,
  },
  {
    found: 'a Stable Diffusion 3, Flux or other transformer model',
    is: (n) => n.some(/(?:^|\.)(?:joint_blocks|double_blocks|single_blocks|single_transformer_blocks)\./),
  },
  {
    found: 'an inpainting model or another one with extra input channels',
    is: (n) => n.inputChannels !== undefined && n.inputChannels !== 4,
  },
  {
    found: 'a distilled model that takes the guidance as an input',
    is: (n) => n.some(/(?:^|\.)(?:time_embedding\.cond_proj|time_embed\.cond_proj)\./),
  },
];

/** Throws `checkpoint-unsupported` where a single file is not a whole Stable Diffusion v1 model. */
export function requireStableDiffusion1(file: string, tensors: TensorMap, topLevel: readonly string[]): void {
  const names = new Names(tensors, topLevel);
  const found = otherKinds.find((kind) => kind.is(names))?.found ?? missingPart(names);
  if (found) throw unsupported(`Expected a Stable Diffusion v1 checkpoint in ${file} but found ${found}`);
}

function missingPart(names: Names): string | undefined {
  if (names.count === 0) return 'no weights at all';
  const has = (candidates: readonly string[]) => candidates.some((prefix) => names.startsWith(prefix));
  const parts = { 'U-Net': has(prefixes.unet), VAE: has(prefixes.vae), 'text encoder': has(prefixes.textEncoder) };
  const present = Object.entries(parts).flatMap(([part, isThere]) => (isThere ? [part] : []));
  if (present.length === 3) return undefined;
  if (present.length > 0) {
    const absent = Object.keys(parts).filter((part) => !present.includes(part));
    return `only a ${present.join(' and a ')}, no ${absent.join(' and no ')}`;
  }
  if (names.startsWith('concept_embeds')) return 'a safety checker, which --safety-checker takes';
  if (names.some(/^(?:encoder|decoder)\.(?:down|up|mid|conv_in)/)) return 'only a VAE';
  if (names.some(/^(?:down_blocks|input_blocks)\./)) return 'only a U-Net';
  if (names.some(/^text_model\./)) return 'only a text encoder';
  return `${names.count} tensors of another kind of model, such as ${names.first}`;
}

class Names {
  readonly topLevel: readonly string[];
  readonly contextWidth: number | undefined;
  readonly inputChannels: number | undefined;
  readonly #names: readonly string[];

  constructor(tensors: TensorMap, topLevel: readonly string[]) {
    this.topLevel = topLevel;
    this.#names = [...tensors.keys()];
    const shape = (pattern: RegExp) => tensors.get(this.#names.find((name) => pattern.test(name)) ?? '')?.shape;
    this.contextWidth = shape(/\.attn2\.to_k\.weight$/)?.[1];
    this.inputChannels = shape(/(?:^model\.diffusion_model\.input_blocks\.0\.0|^conv_in)\.weight$/)?.[1];
  }
  get count(): number {
    return this.#names.length;
  }
  get first(): string {
    return this.#names[0] ?? '';
  }
  some(pattern: RegExp): boolean {
    return this.#names.some((name) => pattern.test(name));
  }
  startsWith(prefix: string): boolean {
    return this.#names.some((name) => name.startsWith(prefix));
  }
}
