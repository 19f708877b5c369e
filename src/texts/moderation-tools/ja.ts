// フィルター、待ち行列、記録、統計：モデレーター向けの日本語。

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

export const commands = {
  filter: {
    name: 'フィルター',
    description: 'このサーバーが拒否・通知・記録する言葉とパターン',
    subcommands: {
      add: {
        name: '追加',
        description: 'このサーバーのフィルターに言葉かパターンを加えます',
        options: {
          text: { name: 'テキスト', description: '言葉、語句、またはRE2のパターン' },
          action: { name: '動作', description: '該当するリクエストの扱い。省略すると拒否' },
          kind: { name: '種類', description: '言葉かパターン。省略すると言葉' },
        },
      },
      remove: {
        name: '削除',
        description: 'このサーバーのフィルターから項目を外します',
        options: { entry: { name: '項目', description: 'どれを' } },
      },
      list: { name: '一覧', description: 'このサーバーのフィルター。あなたにだけ見えます', options: {} },
      test: {
        name: '試す',
        description: '文にどのルールが働くか。何も描きません',
        options: {
          text: { name: 'テキスト', description: '/imagine と同じプロンプト' },
          negative: { name: 'ネガティブ', description: 'そのネガティブプロンプト' },
        },
      },
    },
  },
  queue: {
    name: 'キュー',
    description: 'このサーバーの待機中・実行中のジョブ：確認、取消、一時停止、再開',
    options: {},
  },
  audit: {
    name: '記録',
    description: 'このサーバーのすべてのモデレーション操作と、通知されたリクエスト',
    options: {
      member: { name: 'メンバー', description: '行った人、または対象の人' },
      action: { name: '操作', description: '何が起きたか' },
      days: { name: '日数', description: '何日前まで' },
    },
  },
  stats: {
    name: '統計',
    description: 'このサーバーの画像、通知、待ち時間、エネルギーと二酸化炭素',
    options: { days: { name: '日数', description: '何日前まで。省略すると7' } },
  },
} satisfies Partially<typeof en.commands>;

export const admin = {
  filter: {
    title: 'このサーバーのフィルター',
    empty: 'このサーバー独自の言葉はありません。',
    shipped: (words, categories) => `この下に全体のリストがあります：${words}（${categories}）`,
    shippedCount: (phrases) => `${phrases} 語句`,
    actionChoices: {
      refuse: '拒否：描きません',
      flag: '通知：描いて、モデレーターに知らせます',
      log: '記録：描いて、書き留めます',
    },
    actions: { refuse: '拒否', flag: '通知', log: '記録' },
    kindChoices: { words: '言葉', pattern: 'パターン（RE2）' },
    kinds: { words: '言葉', pattern: 'パターン' },
    unreadable: 'もう読めず、何にも一致しません',
    page: (page, pages, entries) =>
      `${page} / ${pages} ページ、${entries} 項目。メンバーにこの一覧が見えることはありません。`,
    added: (text, action) => `追加しました：${text}（${action}）。次のリクエストから有効です。`,
    removed: (text) => `外しました：${text}`,
    gone: 'その項目はありません。',
    problems: {
      'no-words': '正規化すると何も残りません。文字か数字を入力してください。',
      'no-pattern': 'RE2が知らないパターンです。先読み・後読みと後方参照は使えません。',
      'matches-everything': 'このパターンはすべてのプロンプトに一致します。',
      'too-costly': 'このパターンは、単独または全体で大きすぎます。短くするか、回数を減らしてください。',
      'too-many': 'フィルターがいっぱいです。',
      'too-many-patterns': 'パターンの数が上限です。言葉ならまだ入ります。',
      known: 'すでにフィルターにあります。',
    },
    passes: (preset) => `✅ この文に働くルールはありません（プリセット：${preset}）。`,
    refusedBy: (rule, preset) => `⛔ ${rule}により拒否されます（プリセット：${preset}）。`,
    refusedFor: (rule, preset, matched) => `⛔ ${rule}により拒否されます（プリセット：${preset}）。理由：${matched}`,
    noticedFor: (action, matched) => `🚩 描かれます。動作「${action}」、理由：${matched}`,
    rules: {
      minors: 'あらゆる設定の下にある限界（未成年）',
      length: 'プロンプトの長さの制限',
      'invite-link': '招待リンクを禁じるルール',
      'refused-words': '全体のリスト',
      'server-filter': 'このサーバーのフィルター',
    },
  },
  queue: {
    title: 'このサーバーのキュー',
    empty: '待機中も実行中もありません。',
    paused: '描画は一時停止中です。実行中のものは完了し、待機中のものは残り、新しいリクエストは断られます。',
    pickJobs: 'ジョブを取り消す…',
    pickMembers: 'メンバーのジョブをすべて取り消す…',
    pause: '一時停止',
    resume: '再開',
    page: (page, pages, jobs) => `${page} / ${pages} ページ、${jobs} 件`,
  },
  audit: {
    title: 'このサーバーの記録',
    empty: '記録はありません。',
    by: (who) => `${who} さんによる`,
    page: (page) => `${page} ページ。項目は保存期間が過ぎたときだけ消えます。`,
    export: 'CSVで書き出す',
    exported: (rows) => `${rows} 件（新しい順）`,
    noAction: 'その操作はありません。入力欄に打つと一覧が出ます。',
    actions: {
      'member banned': 'メンバーを禁止',
      'member unbanned': 'メンバーの禁止を解除',
      'settings changed': '設定を変更',
      'filter entry added': 'フィルターに追加',
      'filter entry removed': 'フィルターから削除',
      'request refused': 'リクエストを拒否',
      'request flagged': 'リクエストを通知',
      'request logged': 'リクエストを記録',
      'picture withheld': '画像を保留',
      'picture blurred': '画像をぼかして表示',
      'picture released': '画像を公開',
      'picture upheld': '保留を維持',
      'picture taken down': '画像を取り下げ',
      'picture traced': '画像の出所を確認',
      'review asked': 'モデレーターへの依頼',
      'picture reported': '画像の通報',
      'report dismissed': '通報の却下',
      'takedown lifted': '取り下げの解除',
      'input picture refused': '入力画像を拒否',
      'job cancelled': 'ジョブを取り消し',
      'jobs cancelled': 'メンバーのジョブをすべて取り消し',
      'queue paused': 'キューを一時停止',
      'queue resumed': 'キューを再開',
      'message removed': 'メッセージを削除',
      'audit exported': '記録を書き出し',
    },
  },
  stats: {
    title: (days) => `このサーバーの過去 ${days} 日間`,
    pictures: '画像',
    requests: 'リクエスト',
    requestsOf: (done, failed, cancelled) => `完了 ${done}、失敗 ${failed}、取り消し ${cancelled}`,
    heldBack: 'チェッカーが止めた画像',
    heldBackOf: (withheld, blurred) => `保留 ${withheld}、ぼかし ${blurred}`,
    prompts: 'ルールが働いたプロンプト',
    promptsOf: (refused, flagged, logged) => `拒否 ${refused}、通知 ${flagged}、記録 ${logged}`,
    waiting: 'リクエストから最初のステップまで',
    whole: 'リクエストから画像まで',
    spread: (median, most) => `半数は ${median} 以内、95 % は ${most} 以内`,
    energy: 'エネルギー（推定）',
    energyOf: (wattHours, grams) => `${wattHours} Wh、CO₂ ${grams} g`,
    method: (watts, grams) => `エネルギー：描画中 ${watts} W、炭素：1 kWh あたり ${grams} g`,
    cut: '新しいリクエストだけを数えました。',
  },
} satisfies Partially<typeof en.admin>;

export const modLog = {
  filterAdded: (by, entry, kind, action) =>
    `🧹 ${by} さんが \`${entry}\` をフィルターに加えました（${kind}、${action}）。`,
  filterRemoved: (by, entry) => `🧹 ${by} さんが \`${entry}\` をフィルターから外しました。`,
  refused: (who, channel, rule, text) =>
    `⛔ ${channel} の ${who}：${rule}により拒否${text === null ? '。' : `：「${text}」`}`,
  inputRefused: (who, channel) => `⛔ ${channel} の ${who}：安全チェックが元の画像を拒否しました。`,
  withheld: (who, channel, what, job) => `🛡️ ${channel} の ${who}：${what}（ジョブ ${job}）。`,
  withheldPart: (tiles, reason) => `${tiles} を保留（${reason}）`,
  blurredPart: (tiles, reason) => `${tiles} をぼかして投稿（${reason}）`,
  andMore: (count) => `…ほか ${count} 件。すべては \`/admin 記録\` にあります。`,
  flagged: (who, channel, entries, text, job) =>
    `🚩 ${who} さん（${channel}）：フィルター ${entries} が「${text}」を通知（ジョブ \`${job}\`）。`,
  logged: (who, channel, entries, text, job) =>
    `📝 ${who} さん（${channel}）：フィルター ${entries} が「${text}」を記録（ジョブ \`${job}\`）。`,
  jobCancelled: (by, who, job) => `✋ ${by} さんが ${who} さんのジョブを取り消しました（\`${job}\`）。`,
  jobsCancelled: (by, who, jobs) => `✋ ${by} さんが ${who} さんのジョブを ${jobs} 件取り消しました。`,
  paused: (by) => `⏸️ ${by} さんがこのサーバーの描画を一時停止しました。`,
  resumed: (by) => `▶️ ${by} さんがこのサーバーの描画を再開しました。`,
  messageRemoved: (by, channel, job) =>
    `🗑️ ${by} さんが ${channel} にあった私のメッセージを削除しました（ジョブ \`${job}\`）。`,
  auditExported: (by, rows) => `📄 ${by} さんが記録を ${rows} 件書き出しました。`,
} satisfies Partially<typeof en.modLog>;
