// Examens, signalements, origines et retraits en français.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

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
  giveOne: 'Donnez une image en fichier, le lien de son message ou son identifiant de tâche.',
  notAReference: 'Ce n’est ni le lien d’un message ni un identifiant de tâche.',
  unknownMessage: 'Je n’y connais aucune image de moi : elle n’est pas de moi, ou sa demande a été supprimée.',
  traced: (by, what) => `🔎 ${by} a recherché l’origine d’une image : ${what}.`,
  tracedNothing: 'aucune trace',
} satisfies Partially<typeof en.origin>;
