import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importModel } from '../../src/model-import/import.ts';
import { failure, type StoredTensor, shaped, temporaryFolder, writeSafetensors } from './files.ts';

const folder = temporaryFolder();
const u = 'model.diffusion_model.';
const crossAttention = `${u}input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight`;
const parts = (width: number, extra: Record<string, StoredTensor> = {}): Record<string, StoredTensor> => ({
  [`${u}input_blocks.0.0.weight`]: shaped(8, 4, 3, 3),
  [crossAttention]: shaped(8, width),
  'first_stage_model.encoder.conv_in.weight': shaped(8, 3, 3, 3),
  'cond_stage_model.transformer.text_model.final_layer_norm.weight': shaped(width),
  ...extra,
});

describe('files that are no Stable Diffusion v1 checkpoint', () => {
  const tensors: [string, Record<string, StoredTensor>, RegExp][] = [
    ['a LoRA', { 'lora_unet_down_blocks_0.lora_up.weight': shaped(4, 4) }, /found a LoRA/],
    ['a textual inversion embedding', { emb_params: shaped(4, 768) }, /textual inversion/],
    ['a ControlNet', { 'control_model.time_embed.0.weight': shaped(4, 4) }, /found a ControlNet/],
    [
      'Stable Diffusion XL',
      parts(2048, { 'conditioner.embedders.1.model.ln_final.weight': shaped(4) }),
      /Stable Diffusion XL/,
    ],
    [
      'Stable Diffusion 2.x',
      parts(1024, { 'cond_stage_model.model.ln_final.weight': shaped(4) }),
      /Stable Diffusion 2\.x/,
    ],
    [
      'Stable Diffusion 3',
      { 'model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight': shaped(4, 4) },
      /Stable Diffusion 3/,
    ],
    [
      'an inpainting model',
      parts(768, { [`${u}input_blocks.0.0.weight`]: shaped(8, 9, 3, 3) }),
      /extra input channels/,
    ],
    ['a VAE alone', { 'decoder.conv_in.weight': shaped(8, 4, 3, 3) }, /found only a VAE/],
    ['a U-Net alone', { [crossAttention]: shaped(8, 768) }, /only a U-Net, no VAE and no text encoder/],
    ['a safety checker', { concept_embeds: shaped(17, 8) }, /--safety-checker/],
    [
      'something else',
      { 'blocks.0.weight': shaped(8) },
      /1 tensors of another kind of model, such as blocks\.0\.weight/,
    ],
  ];
  it.each(tensors)('%s is named in one sentence', async (name, content, message) => {
    const source = writeSafetensors(join(folder, `${name.replaceAll(' ', '-')}.safetensors`), content);
    const text = await failure(importModel({ source, outDir: join(folder, 'out') }));
    expect(text).toMatch(/^checkpoint-unsupported: Expected a Stable Diffusion v1 checkpoint in .* but found /);
    expect(text).toMatch(message);
  });

  const files: [string, string | Buffer, RegExp][] = [
    ['a web page', '<!DOCTYPE html><html><title>Log in</title></html>', /found a web page/],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\n', /Git LFS pointer/],
    ['a gzip archive', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0]), /gzip archive/],
    ['an empty file', '', /an empty file/],
    ['a JSON document', '{"error": "not found"}', /JSON document/],
    ['a GGUF file', `GGUF${'\0'.repeat(60)}`, /GGUF/],
    ['another zip archive', Buffer.from('504b0506000000000000000000000000000000000000', 'hex'), /another zip archive/],
  ];
  it.each(files)('%s under a .ckpt name is named in one sentence', async (_, content, message) => {
    const source = join(folder, 'download.ckpt');
    await writeFile(source, content);
    const text = await failure(importModel({ source, outDir: join(folder, 'out') }));
    expect(text).toMatch(/^checkpoint-unsupported: Expected /);
    expect(text).toMatch(message);
  });

  it('says which tensor is missing or too much', async () => {
    const source = writeSafetensors(join(folder, 'half.safetensors'), parts(768));
    expect(await failure(importModel({ source, outDir: join(folder, 'out') }))).toMatch(
      /^checkpoint-unsupported: Expected .* of a Stable Diffusion v1 model but it is missing/,
    );
  });
});
