// /admin とモデレーションログの日本語。

import * as tools from '../moderation-tools/ja.ts';
import type { Partially } from '../partial.ts';
import { takedownCommand, takedownsCommand, traceCommand } from '../review/ja.ts';
import type * as en from './en.ts';

const member = { name: 'メンバー', description: '対象のメンバー' };
const reason = { name: '理由', description: '理由' };

export const adminCommand = {
  name: 'admin',
  description: 'このサーバーのモデレーター用',
  subcommands: {
    ...tools.commands,
    trace: traceCommand,
    takedown: takedownCommand,
    takedowns: takedownsCommand,
    ban: {
      name: '利用禁止',
      description: 'メンバーにこのボットを使わせません。待機中のジョブは止まります',
      options: {
        member,
        duration: { name: '期間', description: '例：2 h、7 d。指定しなければ無期限です' },
        reason,
      },
    },
    timeout: {
      name: '一時停止',
      description: 'しばらくのあいだメンバーにこのボットを使わせません。待機中のジョブは止まります',
      options: {
        member,
        duration: { name: '期間', description: '例：10 m、2 h、7 d' },
        reason,
      },
    },
    unban: {
      name: '禁止解除',
      description: 'メンバーがまたこのボットを使えるようにします',
      options: { member },
    },
    bans: { name: '禁止一覧', description: 'このボットを使えないメンバーと、その期限と理由', options: {} },
    settings: { name: '設定', description: 'このサーバーでのボットの設定を一つのパネルで', options: {} },
  },
} satisfies Partially<typeof en.adminCommand>;

export const admin = {
  ...tools.admin,
  noDuration: '期間として読めません。例：`10 m`、`2 h`、`7 d`、`4 w`（最長1年）。',
  notYourself: '自分自身を禁止することはできません。',
  notABot: 'ボットは私を使いません。',
  notAModerator: 'モデレーターを禁止できるのは、サーバーを管理できる人だけです。',
  banned: (who, until, jobs) =>
    `${who} さんは${until === null ? '' : ` ${until} まで`}このボットを使えなくなりました。` +
    (jobs === 0 ? '' : `ジョブを ${jobs} 件停止しました。`),
  lifted: (who) => `${who} さんはまたこのボットを使えます。`,
  notBanned: (who) => `${who} さんはここでは禁止されていません。`,
  noBans: 'ここで利用を禁止されている人はいません。',
  bansTitle: '利用を禁止されているメンバー',
  banLine: (who, until, by, why) =>
    `${who} — ${until === null ? '無期限' : `${until} に終了`}、実行者 ${by}${why === null ? '' : `：${why}`}`,
  liftChoice: '禁止を解除する…',
  more: (count) => `…ほか ${count} 件`,
  panel: {
    title: 'このサーバーの設定',
    footer: '運営者の上限が優先されます。変更はすぐに反映されます。',
    pages: {
      places: { name: '場所', description: '描けるチャンネルと、モデレーションログのチャンネル' },
      safety: { name: '安全', description: 'プリセット、検出された画像、理由、ネガティブプロンプト' },
      limits: { name: '上限', description: 'ステップ数、サイズ、枚数、1日の枚数' },
      shares: { name: '配分', description: 'ほかより待ち時間が短い、または長いロール' },
      team: { name: 'チームと言語', description: '追加のモデレーターロール、ログの言語' },
    },
    fields: {
      channelIds: '描けるチャンネル',
      modLogChannelId: 'モデレーションログ',
      safety: '安全プリセット',
      onFlag: '検出された画像',
      showReasons: '理由',
      negativePrompt: '全員のネガティブプロンプト',
      maxSteps: 'ステップ数',
      maxEdge: '最長辺',
      maxCount: '一度に描く枚数',
      quotaPerMember: '1日の枚数（メンバー）',
      quotaPerGuild: '1日の枚数（サーバー）',
      roleWeights: '配分',
      moderatorRoleIds: 'モデレーターロール',
      locale: '言語',
    },
    presets: {
      strict: {
        name: '厳しい',
        description: '必要以上に保留し、より多くの言葉を断ります',
      },
      standard: {
        name: '標準',
        description: 'チェッカーが公開されたときのしきい値です',
      },
      'age-restricted': {
        name: '年齢制限',
        description: '標準と同じ。年齢制限チャンネルでは検出画像をぼかして表示できます',
      },
    },
    onFlag: {
      withhold: {
        name: '保留する',
        description: '誰にも見えません。モデレーターが公開できます',
      },
      blur: {
        name: 'ぼかしてスポイラー',
        description: 'このプリセットの年齢制限チャンネルだけ。ほかでは保留します',
      },
    },
    everywhere: 'すべて',
    none: 'なし',
    shown: '表示する',
    hidden: '表示しない',
    noLimit: '上限なし',
    alike: '全員同じ',
    permissionsOnly: 'Discordの権限のみ',
    serversLanguage: 'Discordのサーバー設定に従う',
    pickChannels: '描けるチャンネル（選ばなければすべて）',
    pickModLog: 'ログのチャンネル（選ばなければなし）',
    pickRole: '配分を変えるロール',
    pickShare: '配分',
    pickModerators: 'ボットを管理できるロール',
    shareOfAll: '×1：全員と同じ',
    showReasons: '理由を表示する',
    hideReasons: '理由を隠す',
    editNegative: 'ネガティブプロンプト…',
    editQuotas: '1日の枚数…',
    noModLog: 'そのチャンネルにはアクセスできません。',
    modLogMute: 'ログのチャンネルに書き込む権限がありません。',
    operators: (limit) => `${limit}（運営者の上限）`,
    operatorsLimit: (what, limit) => `${what}：運営者の上限（${limit}）`,
    atMost: (what, limit) => `${what}：最大 ${limit}`,
    upTo: (what, limit) => `${what}（1〜${limit}）`,
    share: (share) => `×${share}`,
    notANumber: (what, limit) => `${what}：1 から ${limit} までの整数を入力するか、空欄にしてください。`,
  },
} satisfies Partially<typeof en.admin>;

export const modLog = {
  ...tools.modLog,
  banned: (by, who, until, why) =>
    `🔨 ${by} さんが ${who} さんのボット利用を${until === null ? '無期限で' : ` ${until} まで`}禁止しました${why === null ? '。' : `：${why}`}`,
  unbanned: (by, who) => `🕊️ ${by} さんが ${who} さんのボット利用禁止を解除しました。`,
  settingsChanged: (by, what, value) => `⚙️ ${by} さんが**${what}**を変更しました：${value}`,
} satisfies Partially<typeof en.modLog>;
