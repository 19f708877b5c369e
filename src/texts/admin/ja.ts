// /admin とモデレーションログの日本語。

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

const member = { name: 'メンバー', description: '対象のメンバー' };
const reason = { name: '理由', description: '理由' };

export const adminCommand = {
  name: 'admin',
  description: 'このサーバーのモデレーター用',
  subcommands: {
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
  },
} satisfies Partially<typeof en.adminCommand>;

export const admin = {
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
} satisfies Partially<typeof en.admin>;

export const modLog = {
  banned: (by, who, until, why) =>
    `🔨 ${by} さんが ${who} さんのボット利用を${until === null ? '無期限で' : ` ${until} まで`}禁止しました${why === null ? '。' : `：${why}`}`,
  unbanned: (by, who) => `🕊️ ${by} さんが ${who} さんのボット利用禁止を解除しました。`,
} satisfies Partially<typeof en.modLog>;
