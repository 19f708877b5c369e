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

export const takedownCommand = {
  name: '取り下げ',
  description: '投稿した画像をどこからでも削除し、今後は似た画像を保留にします',
  options: {
    picture,
    link,
    reason: { name: '理由', description: '理由（記録に残ります）' },
    everywhere: { name: 'すべて', description: 'すべてのサーバーで（運営者が信頼するロールのみ）' },
  },
} satisfies Partially<typeof en.takedownCommand>;

export const takedownsCommand = {
  name: '取り下げ一覧',
  description: '取り下げた画像に似ているため保留される画像と、その解除',
  options: {},
} satisfies Partially<typeof en.takedownsCommand>;

export const review = {
  onlyAuthor: 'この画像を依頼した人だけが問い合わせできます。通報はメッセージのメニュー（アプリ → 通報）からどうぞ。',
  noModerators: 'ここにはモデレーターがいません。サーバーの中でだけ使えます。',
  nothingWithheld: 'ここには保留された画像がありません。',
  noModLog:
    'このサーバーにはモデレーションログのチャンネルが設定されていないため、問い合わせできません。直接ご相談ください。',
  modLogAway: 'モデレーションログに書き込めないため、誰にも問い合わせていません。モデレーターに伝えてください。',
  alreadyAsked: 'モデレーターには問い合わせ済みで、まだ決定されていません。',
  alreadyDecided: (decision) => `すでに決定されています：${decision}`,
  tooMany: (limit) => `1 時間に ${limit} 件までです。後でもう一度お試しください。`,
  asked: 'モデレーターに問い合わせました。決まったらお知らせします。',
  reported: 'ありがとうございます。モデレーターに伝えました。あなたが通報したことは他の人には知らされません。',
  notMine: 'このメッセージにはこのボットの画像がありません。',
  reportFormTitle: 'この画像を通報',
  reportFormLabel: '何が問題ですか',
  appealTitle: '保留された画像：判断をお願いします',
  reportTitle: '通報された画像：判断をお願いします',
  appealLine: (who) => `${who} が、安全チェックで保留された画像の確認を求めています。`,
  reportLine: (who) => `${who} がこの画像を通報しました。`,
  reasonField: '理由',
  withheldField: '保留',
  keptUntil: (when) => `${when} まで暗号化して保管し、その後消去します。`,
  neverReleased: '保管されていないため、公開できません。',
  blurredNote: 'ぼかしてスポイラーで隠しています。公開を選んだものだけが投稿されます。',
  textAlone: '画像が表示されるのは、年齢制限のあるモデレーションログだけです。',
  decisionField: '決定',
  closed: '終了：期限が過ぎたか、対象が削除されました。決定は監査記録にあります。',
  decided: {
    release: (by, when) => `✅ ${by} が公開しました（${when}）`,
    uphold: (by, when) => `${by} がそのままにしました（${when}）`,
    ban: (by, when) => `🔨 ${by} がこのメンバーのボット利用を禁止しました（${when}）`,
    takedown: (by, when) => `🗑️ ${by} が取り下げました（${when}）`,
  },
  buttons: { release: '公開する', uphold: '保留のまま', takedown: '取り下げ', dismiss: 'そのまま', ban: '利用禁止…' },
  banTitle: 'ボットの利用を禁止',
  banDuration: '期間（2 h、7 d）。空欄なら無期限',
  banReason: '理由',
  releasedNote: 'モデレーターが公開しました。',
  pixelsGone: 'もう公開できません。保留された画像の保管は 7 日間で、決して公開されないものもあります。',
  told: {
    uphold: 'モデレーターが確認しました。画像は保留のままです。',
    dismiss: 'モデレーターが通報を確認しました。画像はそのままです。',
    takedown: 'モデレーターが通報を確認し、画像を取り下げました。',
    ban: (until) =>
      `モデレーターが確認しました。画像は保留のままで、そのサーバーではこのボットを${until === null ? '使えなくなりました' : ` ${until} まで使えません`}。`,
    banOther: 'モデレーターが通報を確認し、対応しました。',
  },
  operatorsOnly: 'すべてのサーバーについて決められるのは、運営者が信頼するロールだけです。',
  takenDown: (pictures, deleted, left) =>
    `取り下げました：画像 ${pictures} 枚、メッセージ ${deleted} 件を削除。` +
    (left === 0 ? '' : `${left} 件は本人にしか見えないため削除できません。`) +
    '今後、似た画像はここでは保留になります。',
  onlyRemembered: 'このサーバーにはその画像のメッセージが見当たりません。今後、似た画像はここでは保留になります。',
  takedownLine: (by, job, who, deleted, left) =>
    `🗑️ ${by} が ${who} のジョブ ${job} を取り下げました：メッセージ ${deleted} 件を削除${left === 0 ? '' : `、${left} 件は削除不可`}。`,
  rememberedLine: (by) => `🗑️ ${by} が画像を記録しました：似た画像は保留になります。`,
  fromElsewhere: 'ほかから来た画像',
  inEveryServer: 'すべてのサーバー',
  noTakedowns: 'ここで取り下げられた画像はありません。',
  takedownsTitle: '取り下げた画像',
  takedownsFooter: 'これらに似た画像は保留されます。削除したメッセージは戻りません。',
  liftTakedownChoice: '似た画像をまた描けるようにする…',
  takedownEntry: (what, when, by, reason) => `${what}、${when}、${by}${reason === null ? '' : `：${reason}`}`,
  liftedLine: (by, what) => `🕊️ ${by} が取り下げを解除しました：${what}。似た画像をまた描けます。`,
} satisfies Partially<typeof en.review>;
