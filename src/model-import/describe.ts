// The architecture in numbers, read from the tensors: for the manifest and for the config.json files that Optimum's layout has.
import { LATENT_FACTOR } from '../diffusion/architecture.ts';
import type { TensorMap } from './key-map.ts';
import type { Manifest } from './manifest.ts';
import type { Networks, SafetyCheckerNetwork } from './networks.ts';
import { countElements, toFloat32 } from './tensor.ts';

export type Architecture = NonNullable<Manifest['architecture']>;

/** Number of learned parameters of a network; integer buffers do not count. */
export function countParameters(tensors: TensorMap): number {
  let count = 0;
  for (const { name, shape, dtype } of tensors.values())
    if (dtype !== 'I64' && dtype !== 'I32') count += countElements(shape, name);
  return count;
}

export function describeNetworks({ textEncoder, unet, vae }: Networks): Architecture {
  const size = (tensors: TensorMap, name: string, axis: number) => tensors.get(name)?.shape[axis] ?? 0;
  const context = [...unet.tensors].find(([name]) => name.endsWith('.attn2.to_k.weight'))?.[1].shape[1] ?? 0;
  const words = 'embeddings.token_embedding.weight';
  return {
    latentScale: vae.scaleFactor,
    latentFactor: 2 ** (count(vae.tensors, 'encoder.down_blocks') - 1) || LATENT_FACTOR,
    latentChannels: size(unet.tensors, 'conv_in.weight', 1),
    unet: {
      widths: widths(unet.tensors, 'down_blocks'),
      heads: [...unet.options.heads],
      contextWidth: context,
      parameters: countParameters(unet.tensors),
    },
    textEncoder: {
      width: size(textEncoder.tensors, words, 1),
      layers: count(textEncoder.tensors, 'encoder.layers'),
      heads: textEncoder.clip.heads,
      words: size(textEncoder.tensors, words, 0),
      positions: size(textEncoder.tensors, 'embeddings.position_embedding.weight', 0),
      parameters: countParameters(textEncoder.tensors),
    },
    vae: { widths: widths(vae.tensors, 'encoder.down_blocks'), parameters: countParameters(vae.tensors) },
  };
}

export function describeChecker({ tensors }: SafetyCheckerNetwork): NonNullable<Manifest['checker']> {
  return {
    concepts: tensors.get('concept_embeds')?.shape[0] ?? 0,
    specialConcepts: tensors.get('special_care_embeds')?.shape[0] ?? 0,
    parameters: countParameters(tensors),
  };
}

/** safety_checker/config.json: the thresholds that the graph leaves to its user. */
export async function checkerConfig({ tensors }: SafetyCheckerNetwork): Promise<Record<string, number[]>> {
  const config: Record<string, number[]> = {};
  for (const name of ['concept_embeds_weights', 'special_care_embeds_weights']) {
    const tensor = tensors.get(name);
    config[name] = tensor ? [...toFloat32(await tensor.read(), tensor.dtype)] : [];
  }
  return config;
}

/** The command that gives an imported model its safety checker. */
export function checkerCommand(modelFolder: string): string {
  return `npm run easel -- import ${modelFolder} --out ${modelFolder} --replace --safety-checker <folder or file>`;
}

/** config.json of each part, with the fields that loaders of Optimum folders look at. */
export function partConfigs(networks: Networks): Record<string, object> {
  const { unet, textEncoder, vae, latentChannels, latentScale } = describeNetworks(networks);
  const vaeConfig = {
    _class_name: 'AutoencoderKL',
    in_channels: 3,
    out_channels: 3,
    latent_channels: latentChannels,
    block_out_channels: vae.widths,
    layers_per_block: count(networks.vae.tensors, 'encoder.down_blocks.0.resnets'),
    norm_num_groups: networks.vae.normGroups,
    scaling_factor: latentScale,
  };
  return {
    'unet/config.json': {
      _class_name: 'UNet2DConditionModel',
      sample_size: networks.unet.sampleSize,
      in_channels: latentChannels,
      out_channels: latentChannels,
      attention_head_dim: unet.heads.length === 1 ? unet.heads[0] : unet.heads,
      block_out_channels: unet.widths,
      cross_attention_dim: unet.contextWidth,
      layers_per_block: count(networks.unet.tensors, 'down_blocks.0.resnets'),
      norm_num_groups: networks.unet.options.normGroups,
    },
    'text_encoder/config.json': {
      architectures: ['CLIPTextModel'],
      hidden_size: textEncoder.width,
      num_hidden_layers: textEncoder.layers,
      num_attention_heads: textEncoder.heads,
      max_position_embeddings: textEncoder.positions,
      vocab_size: textEncoder.words,
      hidden_act: networks.textEncoder.clip.activation,
    },
    'vae_encoder/config.json': vaeConfig,
    'vae_decoder/config.json': vaeConfig,
  };
}

/** Output width of each level below `blocks`. */
function widths(tensors: TensorMap, blocks: string): number[] {
  const levels = count(tensors, blocks);
  return Array.from(
    { length: levels },
    (_, level) => tensors.get(`${blocks}.${level}.resnets.0.conv1.weight`)?.shape[0] ?? 0,
  );
}

/** How many of `path.0`, `path.1`, ... there are. */
function count(tensors: TensorMap, path: string): number {
  const found = new Set<string>();
  for (const name of tensors.keys())
    if (name.startsWith(`${path}.`))
      found.add(
        name
          .slice(path.length + 1)
          .split('.', 1)
          .join(),
      );
  return found.size;
}
