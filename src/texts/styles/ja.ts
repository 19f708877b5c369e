// Japanese; see en.ts.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

export const styles = {
  Photo: '自然光のシャープな写真',
  Portrait: '背景をぼかしたスタジオ肖像',
  Film: '古いカラーフィルム、粒子と色あせ',
  Noir: '白黒、強い影、夜の雨',
  Cinematic: '映画の一場面、広がりと深い光',
  Macro: '超接写、細部まで、背景はぼける',
  'Oil painting': 'キャンバスに厚塗り、筆跡が見える',
  Watercolour: 'ざらついた紙に透明なにじみ',
  Impressionist: '短い筆致、混ざらない色、戸外の光',
  'Ukiyo-e': '日本の木版画、平らな色、細い線',
  Ink: '白い紙に黒いインク',
  Pencil: '陰影をつけた鉛筆スケッチ',
  Charcoal: 'こすった木炭、濃い黒',
  Anime: 'くっきりした線とセル塗り',
  Comic: '太い線と平らな色、網点',
  Storybook: '絵本のあたたかい一枚',
  Fantasy: '壮大なファンタジーのコンセプトアート',
  'Science fiction': '未来の機械、もやとネオン',
  Cyberpunk: 'ネオンの街、雨、反射',
  Steampunk: '真鍮と歯車と蒸気',
  'Pixel art': '大きなドット、少ない色、昔のゲーム風',
  'Low poly': '少ない平面の三角形、やわらかい光',
  '3D render': 'きれいなスタジオCG',
  Clay: '粘土の人形',
  'Paper cut': '影のある切り紙の重なり',
  'Stained glass': '鉛で縁取った色ガラス',
  'Line art': 'くっきりした黒い線だけの塗り絵',
  Flat: '平面的なベクターイラスト',
  Poster: '昔の旅行ポスター',
  Isometric: '斜め上から見た小さな世界',
} satisfies Partially<typeof en.styles>;
