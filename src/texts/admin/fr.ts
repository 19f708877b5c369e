// /admin et le journal de modération en français.

import * as tools from '../moderation-tools/fr.ts';
import type { Partially } from '../partial.ts';
import { takedownCommand, takedownsCommand, traceCommand } from '../review/fr.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count < 2 ? one : many}`;
const member = { name: 'membre', description: 'Qui' };
const reason = { name: 'raison', description: 'Pourquoi' };

export const adminCommand = {
  name: 'admin',
  description: 'Pour la modération de ce serveur',
  subcommands: {
    ...tools.commands,
    trace: traceCommand,
    takedown: takedownCommand,
    takedowns: takedownsCommand,
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
    settings: { name: 'réglages', description: 'Ce que ce serveur décide pour le bot, en un panneau', options: {} },
  },
} satisfies Partially<typeof en.adminCommand>;

export const admin = {
  ...tools.admin,
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
  panel: {
    title: 'Réglages de ce serveur',
    footer: 'Les limites de l’exploitant passent avant. Les changements comptent aussitôt.',
    pages: {
      places: { name: 'Lieux', description: 'Où l’on peint, et où la modération suit' },
      safety: { name: 'Sécurité', description: 'Niveau, images signalées, raisons, prompt négatif' },
      limits: { name: 'Limites', description: 'Étapes, taille, nombre, images par jour' },
      shares: { name: 'Parts', description: 'Rôles qui attendent moins ou plus que les autres' },
      team: { name: 'Équipe et langue', description: 'Autres rôles de modération, langue du journal' },
    },
    fields: {
      channelIds: 'Salons où peindre',
      modLogChannelId: 'Journal de modération',
      safety: 'Niveau de sécurité',
      onFlag: 'Images signalées',
      showReasons: 'Raisons',
      negativePrompt: 'Prompt négatif pour tous',
      maxSteps: 'Étapes',
      maxEdge: 'Plus grand côté',
      maxCount: 'Images à la fois',
      quotaPerMember: 'Images par jour, membre',
      quotaPerGuild: 'Images par jour, serveur',
      roleWeights: 'Parts',
      moderatorRoleIds: 'Rôles de modération',
      locale: 'Langue',
    },
    presets: {
      strict: {
        name: 'Strict',
        description: 'Retient plus que nécessaire et refuse plus de mots',
      },
      standard: {
        name: 'Standard',
        description: 'Les seuils publiés avec le vérificateur',
      },
      'age-restricted': {
        name: 'Soumis à l’âge',
        description: 'Comme standard ; permet de flouter les images signalées dans les salons soumis à l’âge',
      },
    },
    onFlag: {
      withhold: {
        name: 'Retenir',
        description: 'Personne ne les voit ; la modération peut les publier',
      },
      blur: {
        name: 'Flouter, en spoiler',
        description: 'Seulement dans les salons soumis à l’âge, à ce niveau ; retenues ailleurs',
      },
    },
    everywhere: 'partout',
    none: 'aucun',
    shown: 'affichées',
    hidden: 'masquées',
    noLimit: 'sans limite',
    alike: 'les mêmes pour tous',
    permissionsOnly: 'selon les permissions de Discord',
    serversLanguage: 'Comme dans les paramètres du serveur',
    pickChannels: 'Salons où peindre ; aucun : partout',
    pickModLog: 'Salon du journal ; aucun : pas de journal',
    pickRole: 'Rôle dont la part doit changer',
    pickShare: 'Part',
    pickModerators: 'Rôles qui peuvent modérer le bot',
    shareOfAll: '×1 : comme tout le monde',
    showReasons: 'Afficher les raisons',
    hideReasons: 'Masquer les raisons',
    editNegative: 'Prompt négatif …',
    editQuotas: 'Images par jour …',
    noModLog: 'Je n’ai pas accès à ce salon.',
    modLogMute: 'Je n’ai pas le droit d’écrire dans le journal de modération.',
    operators: (limit) => `${limit} (de l’exploitant)`,
    operatorsLimit: (what, limit) => `${what} : limite de l’exploitant (${limit})`,
    atMost: (what, limit) => `${what} : ${limit} au plus`,
    upTo: (what, limit) => `${what} (1–${limit})`,
    share: (share) => `×${String(share).replace('.', ',')}`,
    notANumber: (what, limit) => `${what} : donne un nombre entier de 1 à ${limit}, ou rien.`,
  },
} satisfies Partially<typeof en.admin>;

export const modLog = {
  ...tools.modLog,
  banned: (by, who, until, why) =>
    `🔨 ${by} a exclu ${who} du bot ${until === null ? 'pour toujours' : `jusqu’au ${until}`}${why === null ? '.' : ` : ${why}`}`,
  unbanned: (by, who) => `🕊️ ${by} rend l’accès au bot à ${who}.`,
  settingsChanged: (by, what, value) => `⚙️ ${by} a réglé **${what}** : ${value}.`,
} satisfies Partially<typeof en.modLog>;
