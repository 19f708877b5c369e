// Japanese; see en.ts.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

export const verifyCommand = {
  name: '確認',
  description: 'この画像はここで作られたものか。見えない印とファイルの情報を読みます',
  options: { image: { name: '画像', description: '調べる画像' } },
} satisfies Partially<typeof en.verifyCommand>;

export const verify = {
  menu: '出どころを調べる',
  title: 'この画像の出どころ',
  made: (when, model) =>
    `${when}に、モデル **${model}** で**ここで機械が作った**画像です。だれがどんな言葉で頼んだかは公開しません。`,
  erased: (when, model) =>
    `${when}に、モデル **${model}** で**ここで機械が作った**画像です。依頼は作者の希望で削除されたため、ほかのことは分かりません。`,
  unlike: '当時作られたものとは見た目が異なります。切り抜きや加工をされたか、印が別の画像に写されたと考えられます。',
  unknown:
    '印によれば **Easel が作った**画像ですが、ここに対応する依頼はありません。別のサーバーで作られたか、依頼の保存期間が過ぎています。',
  reference:
    '元のソフトウェアの印によれば **Stable Diffusion が作った**画像です。この印は、このボットを含む多くのプログラムが付けます。',
  none: '**印は見つかりませんでした。** ただし証明にはなりません。印は消えることがあり、多くの生成ツールは印を付けません。',
  signatureTitle: '署名された来歴（C2PA）',
  signature: {
    valid: (signer) =>
      `有効：${signer} が署名してからファイルは変更されておらず、この名前を保証する機関をボットの運営者が信頼しています。`,
    'self-signed': (signer) =>
      `自己署名：署名のあとファイルは変更されていません。ただし、そこにある名前（${signer}）を保証する機関はここでは知られていません。だれでも好きな名前で署名できます。`,
    broken: '無効：署名のあとファイルが変更されたか、署名を読み取れません。何の証明にもなりません。',
  },
  aiGenerated: (generator) => `「AI が ${generator} で作成」と書かれています。`,
  fileTitle: 'ファイル自身の記述',
  fileNote: 'このような文はだれでも書けます。',
  nobody: '不明',
} satisfies Partially<typeof en.verify>;

export const privacyCommand = {
  name: 'プライバシー',
  description: 'あなたについて保存されている情報を、ファイルで受け取るか削除します',
  subcommands: {
    export: { name: '書き出し', description: '保存されているすべての情報を一つのファイルで。あなただけに見えます' },
    delete: { name: '削除', description: '保存されている情報を削除します。実行前に確認します' },
  },
} satisfies Partially<typeof en.privacyCommand>;

export const privacy = {
  exported: (requests) =>
    `あなたについて保存しているすべての情報です。依頼 ${requests} 件、設定、お気に入り、モデレーションの記録が入っています。`,
  tooLarge: 'Discord で送れる大きさを超えています。このボットの運営者にファイルを求めてください。',
  deleteTitle: 'データを削除しますか？',
  goes: (requests) =>
    `**完全に消えるもの：** 依頼 ${requests} 件とそのプロンプト、保存された画像（待機中のものも含む）、設定、お気に入り、履歴、利用条件への同意。画像の下のボタンは使えなくなります。`,
  stays:
    '**モデレーションのために残るもの：** 利用停止の記録、サーバーの監査記録（保存期間が終わるまで）、今日作った枚数、モデレーターが削除した画像の指紋。画像の印からは、ここで作られたこと、その日付、使ったモデルだけが分かり、だれが作ったかは分からなくなります。',
  messages: 'チャンネルのメッセージは Discord のものです。削除の**前に** 🗑️ で消してください。',
  confirm: 'すべて削除',
  keep: '残す',
  kept: '何も削除していません。',
  deleting: '削除しています …',
  deleted: (requests) => `完了しました。依頼 ${requests} 件と、それに属するすべてを削除しました。`,
} satisfies Partially<typeof en.privacy>;
