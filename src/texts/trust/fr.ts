// French; see en.ts.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

export const verifyCommand = {
  name: 'vérifier',
  description: 'Cette image vient-elle d’ici ? Lit sa marque invisible et son fichier',
  options: { image: { name: 'image', description: 'L’image à examiner' } },
} satisfies Partially<typeof en.verifyCommand>;

export const verify = {
  menu: 'Vérifier l’origine',
  title: 'D’où vient cette image',
  made: (when, model) =>
    `**Faite ici**, par une machine, le ${when} avec le modèle **${model}**. Qui l’a demandée, et avec quels mots, reste privé.`,
  erased: (when, model) =>
    `**Faite ici**, par une machine, le ${when} avec le modèle **${model}**. La demande a été effacée par son auteur : on n’en sait pas plus.`,
  unlike:
    'Elle diffère de ce qui a été fait alors : elle a été recadrée ou retouchée, ou quelqu’un a copié la marque dans une autre image.',
  unknown:
    '**Faite par un Easel**, dit sa marque, mais aucune demande ne lui correspond ici : elle vient d’une autre installation, ou la demande n’est plus conservée.',
  reference:
    '**Faite par Stable Diffusion**, dit la marque du logiciel d’origine. Beaucoup de programmes l’écrivent, ce bot compris.',
  none: '**Aucune marque trouvée.** Cela ne prouve rien : une marque ne survit pas à tout, et la plupart des générateurs n’en laissent pas.',
  signatureTitle: 'Provenance signée (C2PA)',
  signature: {
    valid: (signer) =>
      `Valide : personne n’a modifié le fichier depuis que ${signer} l’a signé, et l’opérateur de ce bot fait confiance à l’autorité derrière ce nom.`,
    'self-signed': (signer) =>
      `Autosignée : personne n’a modifié le fichier depuis sa signature. Aucune autorité connue ici ne garantit le nom indiqué (${signer}) : chacun peut signer sous n’importe quel nom.`,
    broken: 'Rompue : le fichier a été modifié après la signature, ou celle-ci est illisible. Elle ne prouve rien.',
  },
  aiGenerated: (generator) => `Elle dit : faite par une IA, avec ${generator}.`,
  fileTitle: 'Ce que le fichier dit de lui-même',
  fileNote: 'N’importe qui peut écrire un tel texte.',
  nobody: 'personne',
} satisfies Partially<typeof en.verify>;

export const privacyCommand = {
  name: 'confidentialité',
  description: 'Ce qui est stocké sur toi : le recevoir en fichier, ou le faire effacer',
  subcommands: {
    export: { name: 'exporter', description: 'Un fichier avec tout ce qui est stocké sur toi ; toi seul le vois' },
    delete: { name: 'effacer', description: 'Efface ce qui est stocké sur toi, après confirmation' },
  },
} satisfies Partially<typeof en.privacyCommand>;

export const privacy = {
  exported: (requests) =>
    `Tout ce que je stocke sur toi, en un fichier : ${requests === 1 ? '1 demande' : `${requests} demandes`}, tes réglages et favoris, et ce que la modération a noté.`,
  tooLarge: 'Il y en a plus que Discord ne me laisse envoyer. Demande le fichier à la personne qui exploite ce bot.',
  deleteTitle: 'Effacer tes données ?',
  goes: (requests) =>
    `**Ceci disparaît, pour de bon :** ${requests === 1 ? 'ta demande' : `tes ${requests} demandes`} avec prompts et images stockées, y compris en attente ; tes réglages, favoris et ton historique ; ton acceptation des conditions. Les boutons sous tes images cessent de fonctionner.`,
  stays:
    '**Ceci reste, pour la modération :** les bannissements ; les entrées du journal des serveurs, jusqu’à leur terme ; le nombre d’images faites aujourd’hui ; les empreintes d’images retirées par la modération. Des marques de tes images, on saura encore qu’elles ont été faites ici, quel jour et avec quel modèle, mais plus par qui.',
  messages: 'Les messages dans les salons appartiennent à Discord : retire-les avec 🗑️ **avant** d’effacer ici.',
  confirm: 'Tout effacer',
  keep: 'Garder',
  kept: 'Rien n’a été effacé.',
  deleting: 'Effacement …',
  deleted: (requests) =>
    `C’est fait. ${requests === 1 ? '1 demande effacée' : `${requests} demandes effacées`}, avec tout ce qui s’y rattachait.`,
} satisfies Partially<typeof en.privacy>;
