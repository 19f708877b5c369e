// /admin et le journal de modération en français.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count < 2 ? one : many}`;
const member = { name: 'membre', description: 'Qui' };
const reason = { name: 'raison', description: 'Pourquoi' };

export const adminCommand = {
  name: 'admin',
  description: 'Pour la modération de ce serveur',
  subcommands: {
    ban: {
      name: 'bannir',
      description: 'Interdit ce bot à un membre ; ses tâches en attente s’arrêtent',
      options: {
        member,
        duration: {
          name: 'durée',
          description: 'Combien de temps, par exemple 2 h ou 7 d ; sans durée, pour toujours',
        },
        reason,
      },
    },
    timeout: {
      name: 'exclure',
      description: 'Interdit ce bot à un membre pour un temps ; ses tâches en attente s’arrêtent',
      options: {
        member,
        duration: { name: 'durée', description: 'Combien de temps, par exemple 10 m, 2 h ou 7 d' },
        reason,
      },
    },
    unban: {
      name: 'débannir',
      description: 'Rend l’accès à ce bot à un membre',
      options: { member },
    },
    bans: {
      name: 'bannis',
      description: 'Qui ne peut pas utiliser ce bot ici, jusqu’à quand et pourquoi',
      options: {},
    },
  },
} satisfies Partially<typeof en.adminCommand>;

export const admin = {
  noDuration: 'Ce n’est pas une durée. Écris par exemple `10 m`, `2 h`, `7 d` ou `4 w` ; un an au plus.',
  notYourself: 'Tu ne peux pas te bannir toi-même.',
  notABot: 'Les bots ne m’utilisent pas.',
  notAModerator: 'Seul quelqu’un qui peut gérer le serveur peut bannir un modérateur.',
  banned: (who, until, jobs) =>
    `${who} ne peut plus m’utiliser${until === null ? '' : ` jusqu’au ${until}`}.` +
    (jobs === 0 ? '' : ` ${plural(jobs, 'tâche arrêtée', 'tâches arrêtées')}.`),
  lifted: (who) => `${who} peut de nouveau m’utiliser.`,
  notBanned: (who) => `${who} n’est pas banni ici.`,
  noBans: 'Personne n’est exclu du bot ici.',
  bansTitle: 'Exclus du bot',
  banLine: (who, until, by, why) =>
    `${who} — ${until === null ? 'pour toujours' : `prend fin ${until}`}, par ${by}${why === null ? '' : ` : ${why}`}`,
  liftChoice: 'Réadmettre …',
  more: (count) => `… et ${count} de plus`,
} satisfies Partially<typeof en.admin>;

export const modLog = {
  banned: (by, who, until, why) =>
    `🔨 ${by} a exclu ${who} du bot ${until === null ? 'pour toujours' : `jusqu’au ${until}`}${why === null ? '.' : ` : ${why}`}`,
  unbanned: (by, who) => `🕊️ ${by} rend l’accès au bot à ${who}.`,
} satisfies Partially<typeof en.modLog>;
