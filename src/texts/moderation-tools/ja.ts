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
        options: { text: { name: 'テキスト', description: 'プロンプトまたはネガティブプロンプト' } },
      },
    },
  },
  queue: {
    name: 'キュー',
    description: 'このサーバーの待機中・実行中のジョブ：確認、取消、一時停止、再開',
    options: {},
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
} satisfies Partially<typeof en.admin>;

export const modLog = {
  filterAdded: (by, entry, kind, action) =>
    `🧹 ${by} さんが \`${entry}\` をフィルターに加えました（${kind}、${action}）。`,
  filterRemoved: (by, entry) => `🧹 ${by} さんが \`${entry}\` をフィルターから外しました。`,
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
} satisfies Partially<typeof en.modLog>;
