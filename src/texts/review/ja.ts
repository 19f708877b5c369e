// 審査・通報・出所・削除の日本語。

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

const picture = { name: '画像', description: '画像ファイル（スクリーンショットではなく元のファイル）' };
const link = { name: 'リンク', description: 'または、このボットのメッセージのリンクかジョブID' };

export const traceCommand = {
  name: '出所',
  description: 'どの依頼がその画像を作ったか：誰が、いつ、どのモデルで',
  options: { picture, link },
} satisfies Partially<typeof en.traceCommand>;

export const origin = {
  title: 'この画像の出所',
  which: '画像',
  sheet: (job) => `ジョブ ${job} の一覧全体`,
  tile: (tile, job) => `ジョブ ${job} の #${tile}`,
  by: '依頼した人',
  when: '描いた日時',
  where: '場所',
  model: 'モデル',
  settings: '設定',
  prompt: 'プロンプト',
  read: '読み取れたもの',
  message: (channel, url) => (url === null ? channel : `${channel} ${url}`),
  private: '非公開',
  elsewhere: '別の場所',
  elsewhereLine:
    'このボットが描きましたが、このサーバーではありません。依頼した人は運営者が調べられます（`easel trace`）。',
  mark: (traceId) => `不可視の透かし（識別番号 ${traceId}）`,
  noMark: '識別番号なし',
  reference: (percent) => `Stable Diffusion 標準の透かし（ビットの ${percent} %）`,
  words: 'ファイルに書かれた設定',
  record: 'メッセージ自体の記録',
  notFound: '透かしは見つかりませんでした。透かしは失われることがあるので、ここで作られていない証拠にはなりません。',
  onlyReference:
    'Stable Diffusion のツールの透かしはありますが、このボットの識別番号はありません。機械が作ったものですが、どこかは不明です。',
  unknownTrace: (traceId) =>
    `透かしの識別番号は ${traceId} ですが、記録にありません。別の環境で作られたか、依頼が後で削除されました。`,
  giveOne: '画像ファイル、メッセージのリンク、ジョブIDのどれかを指定してください。',
  notAReference: 'メッセージのリンクでもジョブIDでもありません。',
  unknownMessage: 'そこにこのボットの画像はありません。別のものか、依頼が後で削除されました。',
  traced: (by, what) => `🔎 ${by} が画像の出所を調べました：${what}`,
  tracedNothing: '手がかりなし',
} satisfies Partially<typeof en.origin>;
