// Examens, signalements, origines et retraits en français.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count < 2 ? one : many}`;
const picture = { name: 'image', description: 'L’image en fichier : l’original, pas une capture d’écran' };
const link = { name: 'lien', description: 'Ou le lien d’un de mes messages, ou un identifiant de tâche' };

export const traceCommand = {
  name: 'origine',
  description: 'Quelle demande a produit une image : par qui, quand, avec quel modèle',
  options: { picture, link },
} satisfies Partially<typeof en.traceCommand>;

export const origin = {
  title: 'D’où vient cette image',
  which: 'Image',
  sheet: (job) => `la planche entière de la tâche ${job}`,
  tile: (tile, job) => `n° ${tile} de la tâche ${job}`,
  by: 'Demandée par',
  when: 'Peinte',
  where: 'Où',
  model: 'Modèle',
  settings: 'Réglages',
  prompt: 'Prompt',
  read: 'Ce qui a été lu',
  message: (channel, url) => (url === null ? channel : `${channel}, ${url}`),
  private: 'en privé',
  elsewhere: 'ailleurs',
  elsewhereLine:
    'Ce bot l’a peinte, mais pas sur ce serveur. L’opérateur peut savoir qui l’a demandée (`easel trace`).',
  mark: (traceId) => `marque invisible portant l’identifiant ${traceId}`,
  noMark: 'aucun identifiant',
  reference: (percent) => `la marque propre à Stable Diffusion (${percent} % de ses bits)`,
  words: 'des réglages inscrits dans le fichier',
  record: 'l’enregistrement du message lui-même',
  notFound: 'Aucune marque trouvée. Cela ne prouve pas que l’image ne vient pas d’ici : une marque peut se perdre.',
  onlyReference:
    'La marque des outils Stable Diffusion est là, mais aucun identifiant à moi : une machine l’a faite, on ne sait pas où.',
  unknownTrace: (traceId) =>
    `La marque porte l’identifiant ${traceId}, que je ne connais pas : l’image vient d’une autre installation, ou la demande a été supprimée.`,
  giveOne: 'Donne une image en fichier, le lien de son message ou son identifiant de tâche.',
  notAReference: 'Ce n’est ni le lien d’un message ni un identifiant de tâche.',
  unknownMessage: 'Je n’y connais aucune image de moi : elle n’est pas de moi, ou sa demande a été supprimée.',
  traced: (by, what) => `🔎 ${by} a recherché l’origine d’une image : ${what}.`,
  tracedNothing: 'aucune trace',
} satisfies Partially<typeof en.origin>;

export const takedownCommand = {
  name: 'retrait',
  description: 'Supprime une image partout où je l’ai postée et retient ce qui lui ressemble',
  options: {
    picture,
    link,
    reason: { name: 'raison', description: 'Pourquoi ; pour le journal' },
    everywhere: { name: 'partout', description: 'Sur tous les serveurs ; pour les rôles de confiance de l’opérateur' },
  },
} satisfies Partially<typeof en.takedownCommand>;

export const takedownsCommand = {
  name: 'retirées',
  description: 'Ce qui est retenu ici car cela ressemble à des images retirées ; lever la mesure',
  options: {},
} satisfies Partially<typeof en.takedownsCommand>;

export const review = {
  onlyAuthor:
    'Seul le membre qui a demandé cette image peut poser la question. Pour signaler une image, ouvre son menu : Applications, Signaler.',
  noModerators: 'Il n’y a pas de modération ici : cela ne marche que sur un serveur.',
  nothingWithheld: 'Rien n’est retenu ici.',
  noModLog:
    'Ce serveur n’a pas de salon où je puisse demander : aucun journal de modération n’est choisi. Adresse-toi directement à la modération.',
  modLogAway:
    'Je ne peux pas écrire dans le journal de modération de ce serveur : personne n’a été prévenu. Parles-en à la modération.',
  alreadyAsked: 'La modération a déjà été sollicitée et n’a pas encore décidé.',
  alreadyDecided: (decision) => `C’est déjà décidé : ${decision}`,
  tooMany: (limit) => `Au plus ${limit} par heure. Réessaie plus tard.`,
  asked: 'La modération a été sollicitée. Je te dirai ce qu’elle décide.',
  reported: 'Merci. La modération est prévenue et décidera ; personne d’autre n’apprend que tu l’as signalée.',
  notMine: 'Ce message ne montre aucune image de moi.',
  reportFormTitle: 'Signaler cette image',
  reportFormLabel: 'Qu’est-ce qui ne va pas ?',
  appealTitle: 'Une image retenue : à toi de décider',
  reportTitle: 'Une image signalée : à toi de décider',
  appealLine: (who) => `${who} demande à la modération de voir ce que le contrôle de sécurité a retenu.`,
  reportLine: (who) => `${who} signale cette image.`,
  reasonField: 'Raison',
  withheldField: 'Retenu',
  keptUntil: (when) => `Gardé chiffré jusqu’au ${when}, puis effacé.`,
  neverReleased: 'Elle n’a pas été gardée et ne peut pas être publiée.',
  blurredNote: 'Floutée, derrière un spoiler. Seul ce que tu publies est posté.',
  textAlone: 'Les images ne s’affichent ici que si le journal est soumis à une limite d’âge.',
  decisionField: 'Décision',
  closed: 'Fermée : le délai est passé, ou ce dont il s’agissait a été effacé. Le journal garde ce qui a été décidé.',
  decided: {
    release: (by, when) => `✅ publiée par ${by}, ${when}`,
    uphold: (by, when) => `laissée en l’état par ${by}, ${when}`,
    ban: (by, when) => `🔨 son membre a été exclu du bot par ${by}, ${when}`,
    takedown: (by, when) => `🗑️ retirée par ${by}, ${when}`,
  },
  buttons: { release: 'Publier', uphold: 'Retenir', takedown: 'Retirer', dismiss: 'Laisser', ban: 'Exclure…' },
  banTitle: 'Exclure du bot',
  banDuration: 'Combien de temps (2 h, 7 d) ; vide : toujours',
  banReason: 'Raison',
  releasedNote: 'Publiée par la modération.',
  pixelsGone:
    'Elle ne peut plus être publiée : une image retenue est gardée sept jours, et certaines ne sont jamais publiées.',
  told: {
    uphold: 'La modération a examiné ta demande : l’image reste retenue.',
    dismiss: 'La modération a examiné ton signalement : l’image reste.',
    takedown: 'La modération a examiné ton signalement et retiré l’image.',
    ban: (until) =>
      `La modération a examiné ta demande : l’image reste retenue, et tu ne peux ${until === null ? 'plus m’utiliser' : `pas m’utiliser jusqu’au ${until}`} sur ce serveur.`,
    banOther: 'La modération a examiné ton signalement et y a donné suite.',
  },
  operatorsOnly: 'Seuls les rôles de confiance de l’opérateur décident pour tous les serveurs.',
  takenDown: (pictures, deleted, left) =>
    `Retrait : ${plural(pictures, 'image', 'images')}, ${plural(deleted, 'message supprimé', 'messages supprimés')}.` +
    (left === 0 ? '' : ` ${plural(left, 'message', 'messages')} hors de ma portée, vus d’un seul membre.`) +
    ' Ce qui lui ressemble sera retenu ici désormais.',
  onlyRemembered:
    'Je ne connais sur ce serveur aucun message de moi avec cette image. Ce qui lui ressemble sera retenu ici désormais.',
  takedownLine: (by, job, who, deleted, left) =>
    `🗑️ ${by} a retiré la tâche ${job} de ${who} : ${plural(deleted, 'message supprimé', 'messages supprimés')}${left === 0 ? '' : `, ${left} hors de portée`}.`,
  rememberedLine: (by) => `🗑️ ${by} a fait mémoriser une image : ce qui lui ressemble sera retenu.`,
  fromElsewhere: 'une image venue d’ailleurs',
  inEveryServer: 'sur tous les serveurs',
  noTakedowns: 'Aucune image n’est retirée ici.',
  takedownsTitle: 'Images retirées',
  takedownsFooter: 'Ce qui leur ressemble est retenu. Les messages supprimés ne reviennent pas.',
  liftTakedownChoice: 'Autoriser de nouveau ce qui y ressemble…',
  takedownEntry: (what, when, by, reason) => `${what}, ${when}, par ${by}${reason === null ? '' : ` : ${reason}`}`,
  liftedLine: (by, what) => `🕊️ ${by} a levé le retrait : ${what}. Ce qui lui ressemble peut de nouveau être peint.`,
} satisfies Partially<typeof en.review>;
