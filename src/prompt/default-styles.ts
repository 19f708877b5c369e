// The styles everybody gets. Operators add their own, or replace one by its name, in the JSON file that EASEL_STYLES_FILE names; an entry
// there looks like one here. `{prompt}` stands for the member's words.

import type { Style } from './styles.ts';

const photoFlaws = 'painting, drawing, cartoon, 3d render, blurry, low quality';
const drawnFlaws = 'photo, photorealistic, blurry, low quality';

export const defaultStyles: readonly Style[] = [
  {
    name: 'Photo',
    description: 'A sharp photograph in natural light',
    prompt: 'photograph of {prompt}, natural light, sharp focus, 50mm',
    negative: photoFlaws,
  },
  {
    name: 'Portrait',
    description: 'A studio portrait with a soft background',
    prompt: 'portrait photograph of {prompt}, studio light, 85mm, shallow depth of field',
    negative: photoFlaws,
  },
  {
    name: 'Film',
    description: 'Old colour film: grain, faded colours',
    prompt: '35mm film photograph of {prompt}, film grain, faded colours, light leak',
    negative: photoFlaws,
  },
  {
    name: 'Noir',
    description: 'Black and white, hard shadows, rain at night',
    prompt: '{prompt}, film noir, black and white photograph, hard shadows, high contrast',
    negative: 'colour, bright, cheerful',
  },
  {
    name: 'Cinematic',
    description: 'A still from a film: wide, moody, deep light',
    prompt: 'cinematic still of {prompt}, dramatic light, anamorphic, colour graded',
    negative: 'cartoon, drawing, flat light, low quality',
  },
  {
    name: 'Macro',
    description: 'Very close, every detail, blurred behind',
    prompt: 'macro photograph of {prompt}, extreme close-up, fine detail, bokeh',
    negative: photoFlaws,
  },
  {
    name: 'Oil painting',
    description: 'Thick paint on canvas, visible brush strokes',
    prompt: 'oil painting of {prompt}, on canvas, visible brush strokes, rich colours',
    negative: drawnFlaws,
  },
  {
    name: 'Watercolour',
    description: 'Transparent washes on rough paper',
    prompt: 'watercolour painting of {prompt}, wet on wet, soft washes, paper texture',
    negative: drawnFlaws,
  },
  {
    name: 'Impressionist',
    description: 'Short strokes, broken colour, open air',
    prompt: 'impressionist painting of {prompt}, short brush strokes, broken colour, dappled light',
    negative: drawnFlaws,
  },
  {
    name: 'Ukiyo-e',
    description: 'Japanese woodblock print, flat colour, fine line',
    prompt: 'ukiyo-e woodblock print of {prompt}, flat colours, fine lines, paper texture',
    negative: `${drawnFlaws}, 3d render`,
  },
  {
    name: 'Ink',
    description: 'Black ink on white paper',
    prompt: 'ink drawing of {prompt}, black ink on white paper, hatching',
    negative: 'colour, photo, 3d render, blurry',
  },
  {
    name: 'Pencil',
    description: 'A pencil sketch with shading',
    prompt: 'pencil sketch of {prompt}, graphite, soft shading, sketchbook paper',
    negative: 'colour, photo, 3d render, blurry',
  },
  {
    name: 'Charcoal',
    description: 'Smudged charcoal, strong darks',
    prompt: 'charcoal drawing of {prompt}, smudged, strong darks, rough paper',
    negative: 'colour, photo, 3d render',
  },
  {
    name: 'Anime',
    description: 'Clean lines and cel shading',
    prompt: 'anime illustration of {prompt}, cel shading, clean lines, vivid colours',
    negative: drawnFlaws,
  },
  {
    name: 'Comic',
    description: 'Bold ink and flat colour, printed dots',
    prompt: 'comic book illustration of {prompt}, bold ink lines, flat colours, halftone dots',
    negative: drawnFlaws,
  },
  {
    name: 'Storybook',
    description: "A warm picture from a children's book",
    prompt: 'storybook illustration of {prompt}, gouache, warm colours, gentle, whimsical',
    negative: `${drawnFlaws}, dark, gloomy`,
  },
  {
    name: 'Fantasy',
    description: 'Epic fantasy concept art',
    prompt: 'fantasy concept art of {prompt}, epic, volumetric light, intricate detail',
    negative: 'photo, modern, blurry, low quality',
  },
  {
    name: 'Science fiction',
    description: 'Future machines, haze and neon',
    prompt: 'science fiction concept art of {prompt}, futuristic, haze, glowing lights',
    negative: 'medieval, blurry, low quality',
  },
  {
    name: 'Cyberpunk',
    description: 'Neon city, rain, reflections',
    prompt: '{prompt}, cyberpunk, neon signs, wet streets, reflections, night',
    negative: 'daylight, pastoral, low quality',
  },
  {
    name: 'Steampunk',
    description: 'Brass, gears and steam',
    prompt: '{prompt}, steampunk, brass, gears, steam, Victorian',
    negative: 'plastic, modern, neon, low quality',
  },
  {
    name: 'Pixel art',
    description: 'Large pixels, few colours, like an old game',
    prompt: 'pixel art of {prompt}, 16-bit, limited palette, sharp pixels',
    negative: 'photo, smooth, blurry, anti-aliased, 3d render',
  },
  {
    name: 'Low poly',
    description: 'Few flat triangles, soft light',
    prompt: 'low poly render of {prompt}, flat shading, triangles, soft light',
    negative: 'photo, detailed texture, noisy',
  },
  {
    name: '3D render',
    description: 'A clean studio render',
    prompt: '3d render of {prompt}, octane render, global illumination, studio light',
    negative: 'photo, drawing, sketch, low quality',
  },
  {
    name: 'Clay',
    description: 'A figure of modelling clay',
    prompt: 'claymation {prompt}, modelling clay, fingerprints, miniature set, soft light',
    negative: 'photo of a person, drawing, flat',
  },
  {
    name: 'Paper cut',
    description: 'Layers of cut paper with shadows',
    prompt: 'paper cut art of {prompt}, layered paper, soft shadows, papercraft',
    negative: 'photo, glossy, 3d render',
  },
  {
    name: 'Stained glass',
    description: 'Coloured glass in lead',
    prompt: 'stained glass window of {prompt}, lead lines, glowing coloured glass',
    negative: 'photo, blurry, opaque',
  },
  {
    name: 'Line art',
    description: 'Clean black lines, nothing else: a colouring page',
    prompt: 'line art of {prompt}, clean black lines, white background, colouring page',
    negative: 'colour, shading, grey, photo',
  },
  {
    name: 'Flat',
    description: 'A flat vector illustration',
    prompt: 'flat vector illustration of {prompt}, simple shapes, solid colours, minimal',
    negative: 'photo, texture, gradient, 3d render',
  },
  {
    name: 'Poster',
    description: 'A vintage travel poster',
    prompt: 'vintage travel poster of {prompt}, bold shapes, limited colours, screen print',
    negative: 'photo, text, letters, blurry',
  },
  {
    name: 'Isometric',
    description: 'A small world seen at an angle from above',
    prompt: 'isometric illustration of {prompt}, miniature, clean edges, soft shadows',
    negative: 'photo, perspective, blurry',
  },
];
