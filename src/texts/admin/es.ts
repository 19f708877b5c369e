// /admin y el registro de moderación en español.

import * as tools from '../moderation-tools/es.ts';
import type { Partially } from '../partial.ts';
import { takedownCommand, takedownsCommand, traceCommand } from '../review/es.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
const member = { name: 'miembro', description: 'A quién' };
const reason = { name: 'motivo', description: 'Por qué' };

export const adminCommand = {
  name: 'admin',
  description: 'Para la moderación de este servidor',
  subcommands: {
    ...tools.commands,
    trace: traceCommand,
    takedown: takedownCommand,
    takedowns: takedownsCommand,
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
    settings: { name: 'ajustes', description: 'Lo que este servidor decide sobre el bot, en un panel', options: {} },
  },
} satisfies Partially<typeof en.adminCommand>;

export const admin = {
  ...tools.admin,
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
  panel: {
    title: 'Ajustes de este servidor',
    footer: 'Los límites del operador van por delante. Los cambios valen al momento.',
    pages: {
      places: { name: 'Lugares', description: 'Dónde se pinta y dónde lee la moderación' },
      safety: { name: 'Seguridad', description: 'Nivel, imágenes marcadas, motivos, prompt negativo' },
      limits: { name: 'Límites', description: 'Pasos, tamaño, cantidad, imágenes al día' },
      shares: { name: 'Reparto', description: 'Roles que esperan menos o más que otros' },
      team: { name: 'Equipo e idioma', description: 'Otros roles de moderación, idioma del registro' },
    },
    fields: {
      channelIds: 'Canales para pintar',
      modLogChannelId: 'Registro de moderación',
      safety: 'Nivel de seguridad',
      onFlag: 'Imágenes marcadas',
      showReasons: 'Motivos',
      negativePrompt: 'Prompt negativo para todos',
      maxSteps: 'Pasos',
      maxEdge: 'Lado más largo',
      maxCount: 'Imágenes a la vez',
      quotaPerMember: 'Imágenes al día, miembro',
      quotaPerGuild: 'Imágenes al día, servidor',
      roleWeights: 'Reparto',
      moderatorRoleIds: 'Roles de moderación',
      locale: 'Idioma',
    },
    presets: {
      strict: {
        name: 'Estricto',
        description: 'Retiene más de lo necesario y rechaza más palabras',
      },
      standard: {
        name: 'Estándar',
        description: 'Los umbrales con los que se publicó el verificador',
      },
      'age-restricted': {
        name: 'Para adultos',
        description: 'Como estándar; permite difuminar imágenes marcadas en canales con restricción de edad',
      },
    },
    onFlag: {
      withhold: {
        name: 'Retener',
        description: 'Nadie las ve; la moderación puede publicarlas',
      },
      blur: {
        name: 'Difuminar, como spoiler',
        description: 'Solo en canales con restricción de edad con ese nivel; en los demás se retienen',
      },
    },
    everywhere: 'en todas partes',
    none: 'ninguno',
    shown: 'se muestran',
    hidden: 'no se muestran',
    noLimit: 'sin límite',
    alike: 'igual para todos',
    permissionsOnly: 'solo según los permisos de Discord',
    serversLanguage: 'Como en los ajustes del servidor',
    pickChannels: 'Canales para pintar; ninguno: en todas partes',
    pickModLog: 'Canal del registro; ninguno: sin registro',
    pickRole: 'Rol cuya parte debe cambiar',
    pickShare: 'Parte',
    pickModerators: 'Roles que pueden moderar el bot',
    shareOfAll: '×1: como todos',
    showReasons: 'Mostrar motivos',
    hideReasons: 'No mostrar motivos',
    editNegative: 'Prompt negativo …',
    editQuotas: 'Imágenes al día …',
    noModLog: 'No puedo acceder a ese canal.',
    modLogMute: 'No puedo escribir en el canal del registro.',
    operators: (limit) => `${limit} (del operador)`,
    operatorsLimit: (what, limit) => `${what}: límite del operador (${limit})`,
    atMost: (what, limit) => `${what}: como máximo ${limit}`,
    upTo: (what, limit) => `${what} (1–${limit})`,
    share: (share) => `×${String(share).replace('.', ',')}`,
    notANumber: (what, limit) => `${what}: indica un número entero de 1 a ${limit}, o nada.`,
  },
} satisfies Partially<typeof en.admin>;

export const modLog = {
  ...tools.modLog,
  banned: (by, who, until, why) =>
    `🔨 ${by} vetó a ${who} del bot ${until === null ? 'para siempre' : `hasta ${until}`}${why === null ? '.' : `: ${why}`}`,
  unbanned: (by, who) => `🕊️ ${by} deja que ${who} vuelva a usar el bot.`,
  settingsChanged: (by, what, value) => `⚙️ ${by} cambió **${what}**: ${value}.`,
} satisfies Partially<typeof en.modLog>;
