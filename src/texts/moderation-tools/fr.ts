// Filtre, file d’attente, registre et chiffres pour la modération, en français.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count <= 1 ? one : many}`;

export const commands = {
  filter: {
    name: 'filtre',
    description: 'Mots et motifs que ce serveur refuse, signale ou note',
    subcommands: {
      add: {
        name: 'ajouter',
        description: 'Ajoute des mots ou un motif au filtre de ce serveur',
        options: {
          text: { name: 'texte', description: 'Un mot, une expression ou un motif dans la langue de RE2' },
          action: { name: 'action', description: 'Ce que devient une telle demande ; sans précision, refusée' },
          kind: { name: 'genre', description: 'Mots ou motif ; sans précision, des mots' },
        },
      },
      remove: {
        name: 'retirer',
        description: 'Retire une entrée du filtre de ce serveur',
        options: { entry: { name: 'entrée', description: 'Laquelle' } },
      },
      list: { name: 'liste', description: 'Le filtre de ce serveur ; toi seul le vois', options: {} },
      test: {
        name: 'essai',
        description: 'Quelle règle agirait sur un texte ; rien n’est peint',
        options: {
          text: { name: 'texte', description: 'Un prompt, comme pour /imagine' },
          negative: { name: 'négatif', description: 'Son prompt négatif' },
        },
      },
    },
  },
  queue: {
    name: 'file',
    description: 'Ce qui attend et tourne pour ce serveur : voir, annuler, suspendre, reprendre',
    options: {},
  },
  audit: {
    name: 'registre',
    description: 'Chaque acte de modération et chaque demande signalée de ce serveur',
    options: {
      member: { name: 'membre', description: 'Qui l’a fait, ou qui est concerné' },
      action: { name: 'action', description: 'Ce qui s’est passé' },
      days: { name: 'jours', description: 'Jusqu’où remonter' },
    },
  },
  stats: {
    name: 'chiffres',
    description: 'Images, signalements, attentes, énergie et carbone de ce serveur',
    options: { days: { name: 'jours', description: 'Jusqu’où remonter ; 7 sans précision' } },
  },
} satisfies Partially<typeof en.commands>;

export const admin = {
  filter: {
    title: 'Filtre de ce serveur',
    empty: 'Ce serveur n’a pas de mots à lui.',
    shipped: (words, categories) => `En dessous se trouve la liste pour tous : ${words} (${categories}).`,
    shippedCount: (phrases) => plural(phrases, 'expression', 'expressions'),
    actionChoices: {
      refuse: 'Refuser : rien n’est peint',
      flag: 'Signaler : c’est peint, et la modération est prévenue',
      log: 'Noter : c’est peint et consigné',
    },
    actions: { refuse: 'refuser', flag: 'signaler', log: 'noter' },
    kindChoices: { words: 'Mots', pattern: 'Motif (RE2)' },
    kinds: { words: 'mots', pattern: 'motif' },
    unreadable: 'n’est plus lisible et ne correspond à rien',
    page: (page, pages, entries) =>
      `Page ${page} sur ${pages}, ${plural(entries, 'entrée', 'entrées')}. Les membres ne voient jamais cette liste.`,
    added: (text, action) => `Ajouté : ${text} (${action}). Cela compte dès la prochaine demande.`,
    removed: (text) => `Retiré : ${text}.`,
    gone: 'Cette entrée n’existe pas.',
    problems: {
      'no-words': 'Il n’en reste rien après normalisation : donne des lettres ou des chiffres.',
      'no-pattern': 'RE2 ne connaît pas ce motif. Il n’y a là ni assertions avant ou arrière, ni références arrière.',
      'matches-everything': 'Ce motif correspondrait à tous les prompts.',
      'too-costly': 'Ce motif est trop grand, seul ou avec les autres. Raccourcis-le, ou ses nombres.',
      'too-many': 'Le filtre est plein.',
      'too-many-patterns': 'Il y a autant de motifs qu’il peut y en avoir. Les mots ont plus de place.',
      known: 'C’est déjà dans le filtre.',
    },
    passes: (preset) => `✅ Rien n’agit sur ce texte (niveau : ${preset}).`,
    refusedBy: (rule, preset) => `⛔ Refusé par ${rule} (niveau : ${preset}).`,
    refusedFor: (rule, preset, matched) => `⛔ Refusé par ${rule} (niveau : ${preset}), à cause de ${matched}.`,
    noticedFor: (action, matched) => `🚩 Peint, avec l’action « ${action} », à cause de ${matched}.`,
    rules: {
      minors: 'la limite sous tous les réglages (mineurs)',
      length: 'les limites d’un prompt',
      'invite-link': 'la règle contre les liens d’invitation',
      'refused-words': 'la liste pour tous',
      'server-filter': 'le filtre de ce serveur',
    },
  },
  queue: {
    title: 'File d’attente de ce serveur',
    empty: 'Rien n’attend, rien ne tourne.',
    paused: 'La peinture est suspendue : ce qui tourne se termine, ce qui attend reste, le reste est refusé.',
    pickJobs: 'Annuler des tâches …',
    pickMembers: 'Annuler toutes les tâches de …',
    pause: 'Suspendre',
    resume: 'Reprendre',
    page: (page, pages, jobs) => `Page ${page} sur ${pages}, ${plural(jobs, 'tâche', 'tâches')}`,
  },
  audit: {
    title: 'Registre de ce serveur',
    empty: 'Rien n’est consigné ici.',
    by: (who) => `par ${who}`,
    page: (page) => `Page ${page}. Les entrées ne partent qu’à la fin de leur conservation.`,
    export: 'Exporter en CSV',
    exported: (rows) => `${plural(rows, 'entrée', 'entrées')}, les plus récentes d’abord.`,
    noAction: 'Je ne connais pas cette action. Écris dans l’option pour les voir toutes.',
    actions: {
      'member banned': 'Membre banni',
      'member unbanned': 'Membre débanni',
      'settings changed': 'Réglages modifiés',
      'filter entry added': 'Entrée ajoutée au filtre',
      'filter entry removed': 'Entrée retirée du filtre',
      'request refused': 'Demande refusée',
      'request flagged': 'Demande signalée',
      'request logged': 'Demande notée',
      'picture withheld': 'Image retenue',
      'picture blurred': 'Image floutée',
      'picture released': 'Image libérée',
      'picture upheld': 'Retenue confirmée',
      'picture taken down': 'Image retirée et bloquée',
      'picture traced': 'Image retracée',
      'review asked': 'Modération sollicitée',
      'picture reported': 'Image signalée',
      'report dismissed': 'Signalement écarté',
      'takedown lifted': 'Retrait levé',
      'input picture refused': 'Image d’entrée refusée',
      'job cancelled': 'Tâche annulée',
      'jobs cancelled': 'Tâches d’un membre annulées',
      'queue paused': 'File suspendue',
      'queue resumed': 'File reprise',
      'message removed': 'Message retiré',
      'audit exported': 'Registre exporté',
    },
  },
  stats: {
    title: (days) => `Ce serveur, ${plural(days, 'dernier jour', 'derniers jours')}`,
    pictures: 'Images',
    requests: 'Demandes',
    requestsOf: (done, failed, cancelled) => `${done} peintes, ${failed} échouées, ${cancelled} annulées`,
    heldBack: 'Arrêtées par le vérificateur',
    heldBackOf: (withheld, blurred) => `${withheld} retenues, ${blurred} floutées`,
    prompts: 'Prompts touchés par une règle',
    promptsOf: (refused, flagged, logged) => `${refused} refusés, ${flagged} signalés, ${logged} notés`,
    waiting: 'De la demande à la première étape',
    whole: 'De la demande à l’image',
    spread: (median, most) => `la moitié en ${median}, 95 % en ${most}`,
    energy: 'Énergie (estimation)',
    energyOf: (wattHours, grams) => `${wattHours} Wh, ${grams} g CO₂`,
    method: (watts, grams) => `Énergie : ${watts} W en peignant ; carbone : ${grams} g par kWh.`,
    cut: 'Seules les demandes les plus récentes ont été comptées.',
  },
} satisfies Partially<typeof en.admin>;

export const modLog = {
  filterAdded: (by, entry, kind, action) => `🧹 ${by} a ajouté \`${entry}\` au filtre (${kind}, ${action}).`,
  filterRemoved: (by, entry) => `🧹 ${by} a retiré \`${entry}\` du filtre.`,
  refused: (who, channel, rule, text) =>
    `⛔ ${who} dans ${channel} : refusé par ${rule}${text === null ? '.' : ` : « ${text} »`}`,
  inputRefused: (who, channel) => `⛔ ${who} dans ${channel} : le contrôle de sécurité a refusé une image de départ.`,
  withheld: (who, channel, what, job) => `🛡️ ${who} dans ${channel} : ${what} (tâche ${job}).`,
  withheldPart: (tiles, reason) => `${tiles} retenue(s), ${reason}`,
  blurredPart: (tiles, reason) => `${tiles} publiée(s) floue(s), ${reason}`,
  andMore: (count) => `… et ${count} de plus. \`/admin registre\` les montre tous.`,
  flagged: (who, channel, entries, text, job) =>
    `🚩 ${who} dans ${channel} : filtre ${entries}, signalé « ${text} » (tâche \`${job}\`).`,
  logged: (who, channel, entries, text, job) =>
    `📝 ${who} dans ${channel} : filtre ${entries}, noté « ${text} » (tâche \`${job}\`).`,
  jobCancelled: (by, who, job) => `✋ ${by} a annulé une tâche de ${who} (\`${job}\`).`,
  jobsCancelled: (by, who, jobs) => `✋ ${by} a annulé ${plural(jobs, 'tâche', 'tâches')} de ${who}.`,
  paused: (by) => `⏸️ ${by} a suspendu la peinture sur ce serveur.`,
  resumed: (by) => `▶️ ${by} a repris la peinture sur ce serveur.`,
  messageRemoved: (by, channel, job) => `🗑️ ${by} a retiré un de mes messages dans ${channel} (tâche \`${job}\`).`,
  auditExported: (by, rows) => `📄 ${by} a exporté ${plural(rows, 'entrée', 'entrées')} du registre.`,
} satisfies Partially<typeof en.modLog>;
