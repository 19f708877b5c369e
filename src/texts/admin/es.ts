// /admin y el registro de moderación en español.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
const member = { name: 'miembro', description: 'A quién' };
const reason = { name: 'motivo', description: 'Por qué' };

export const adminCommand = {
  name: 'admin',
  description: 'Para la moderación de este servidor',
  subcommands: {
    ban: {
      name: 'vetar',
      description: 'Impide que un miembro use este bot; sus trabajos en espera se detienen',
      options: {
        member,
        duration: { name: 'duración', description: 'Cuánto tiempo, por ejemplo 2 h o 7 d; si falta, para siempre' },
        reason,
      },
    },
    timeout: {
      name: 'pausar-miembro',
      description: 'Impide por un tiempo que un miembro use este bot; sus trabajos en espera se detienen',
      options: {
        member,
        duration: { name: 'duración', description: 'Cuánto tiempo, por ejemplo 10 m, 2 h o 7 d' },
        reason,
      },
    },
    unban: {
      name: 'readmitir',
      description: 'Deja que un miembro vuelva a usar este bot',
      options: { member },
    },
    bans: { name: 'vetados', description: 'Quién no puede usar este bot aquí, hasta cuándo y por qué', options: {} },
  },
} satisfies Partially<typeof en.adminCommand>;

export const admin = {
  noDuration: 'Eso no es una duración. Escribe por ejemplo `10 m`, `2 h`, `7 d` o `4 w`; un año como máximo.',
  notYourself: 'No puedes vetarte a ti mismo.',
  notABot: 'Los bots no me usan.',
  notAModerator: 'Solo quien puede gestionar el servidor puede vetar a un moderador.',
  banned: (who, until, jobs) =>
    `${who} ya no puede usarme${until === null ? '' : ` hasta ${until}`}.` +
    (jobs === 0 ? '' : ` ${plural(jobs, 'trabajo detenido', 'trabajos detenidos')}.`),
  lifted: (who) => `${who} puede volver a usarme.`,
  notBanned: (who) => `${who} no está vetado aquí.`,
  noBans: 'Aquí no hay nadie vetado del bot.',
  bansTitle: 'Vetados del bot',
  banLine: (who, until, by, why) =>
    `${who} — ${until === null ? 'para siempre' : `termina ${until}`}, por ${by}${why === null ? '' : `: ${why}`}`,
  liftChoice: 'Readmitir …',
  more: (count) => `… y ${count} más`,
} satisfies Partially<typeof en.admin>;

export const modLog = {
  banned: (by, who, until, why) =>
    `🔨 ${by} vetó a ${who} del bot ${until === null ? 'para siempre' : `hasta ${until}`}${why === null ? '.' : `: ${why}`}`,
  unbanned: (by, who) => `🕊️ ${by} deja que ${who} vuelva a usar el bot.`,
} satisfies Partially<typeof en.modLog>;
