// French, with the informal "tu" that Discord itself uses. What is missing here is said in English (see docs/contributor.md).

import type { Translation } from './index.ts';

/** In French zero takes the singular. */
const plural = (count: number, one: string, many: string) => `${count} ${count < 2 ? one : many}`;

/** Options that /imagine and /settings share. */
const options = {
  prompt: { name: 'prompt', description: 'Ce qu’il faut peindre, de préférence en anglais' },
  negative: { name: 'négatif', description: 'Ce qui ne doit pas être dans l’image' },
  size: { name: 'taille', description: 'Format de l’image, en pixels' },
  seed: { name: 'seed', description: 'Le nombre d’où part le bruit ; même seed, même image' },
  steps: { name: 'étapes', description: 'Combien de fois l’image est affinée ; plus il y en a, plus c’est long' },
  guidance: { name: 'guidance', description: 'À quel point l’image suit tes mots' },
  sampler: { name: 'sampler', description: 'La méthode qui retire le bruit' },
  count: { name: 'nombre', description: 'Combien d’images' },
  style: { name: 'style', description: 'Un style : des mots ajoutés aux tiens' },
  private: { name: 'privé', description: 'Toi seul vois la réponse' },
};

export const fr = {
  commands: {
    imagine: {
      name: 'imagine',
      description: 'Peint des images à partir de tes mots',
      options,
    },
    show: {
      name: 'montrer',
      description: 'Republie une image précédente, avec des boutons actifs',
      options: {
        job: { name: 'demande', description: 'L’ID de la demande, tel que le montrent Infos et /historique' },
      },
    },
    history: { name: 'historique', description: 'Parcours tes propres images' },
    favourites: { name: 'favoris', description: 'Parcours les images que tu as marquées d’un cœur' },
    settings: {
      name: 'réglages',
      description: 'Tes valeurs par défaut : indique-les pour les garder, n’indique rien pour les voir',
      options: {
        size: options.size,
        style: options.style,
        negative: options.negative,
        steps: options.steps,
        guidance: options.guidance,
        sampler: options.sampler,
        count: options.count,
        private: options.private,
      },
    },
    queue: { name: 'file', description: 'Tes demandes en attente ou en cours, avec leur place et le temps d’attente' },
    help: { name: 'aide', description: 'Comment peindre avec ce bot' },
    about: { name: 'à-propos', description: 'Ce qu’est ce bot : modèle, limites, biais, conditions, énergie' },
  },
  sizes: {
    square: 'Carré',
    portrait: 'Portrait',
    landscape: 'Paysage',
    tall: 'Haut',
    wide: 'Large',
    largeSquare: 'Grand carré (plus lent, peut se répéter)',
  },
  buttons: {
    upscale: (tile) => `U${tile}`,
    variation: (tile) => `V${tile}`,
    remix: 'Remix',
    info: 'Infos',
    cancel: 'Annuler',
    cancelJob: (prompt) => `Annuler : ${prompt}`,
  },
  show: {
    unknown: 'Je ne connais pas cette demande ici. Infos et /historique montrent les ID des demandes.',
    ageRestricted:
      'Cette image vient d’un salon soumis à une limite d’âge et ne peut être montrée que dans un tel salon.',
    notDone: 'Cette demande n’a pas d’images.',
    notKept: 'Ses images ne sont plus conservées.',
    paintAgain: 'Repeindre',
  },
  album: {
    noHistory: 'Tu n’as pas encore d’images. Commence avec /imagine.',
    noFavourites: 'Tu n’as pas encore de favoris. Appuie sur ❤️ sous une image.',
    notKept: 'L’image n’est plus conservée.',
    post: 'Publier',
  },
  settings: {
    title: 'Tes valeurs par défaut',
    footer: 'Les options et les flags d’une commande passent avant.',
    forget: 'Oublier…',
    none: 'Tu n’as pas de valeurs par défaut. Indique à /réglages ce que tu veux toujours.',
    yes: 'oui',
    no: 'non',
  },
  menus: {
    remix: 'Remix',
    pictureInfo: 'Infos sur l’image',
    notOurs: 'Ce message ne montre aucune image de moi. « Infos sur l’image » lit celles faites par d’autres outils.',
    noPicture: 'Ce message ne montre aucune image.',
    saysNothing: 'Le fichier ne dit rien de la façon dont il a été fait.',
  },
  flags: {
    unknown: (flag, known) => `Je ne connais pas \`--${flag}\`. Je connais ${known}.`,
    value: (flag, limit) => `\`--${flag}\` accepte : ${limit}.`,
    noStyle: (name) => `Le style \`${name}\` n’existe pas. Écris dans l’option \`style\` pour les voir tous.`,
    tooMany: (wanted, limit) => `Cela ferait ${wanted} demandes ; une commande peut en lancer ${limit}.`,
    overruled: (flag) => `\`${flag}\` a été ignoré : c’est l’option qui compte.`,
  },
  batch: {
    title: (jobs, pictures) =>
      `Cela fait ${plural(jobs, 'demande', 'demandes')} pour ${plural(pictures, 'image', 'images')}.`,
    confirm: (jobs) => `Peindre ${plural(jobs, 'demande', 'demandes')}`,
    cancel: 'Ne pas peindre',
    cancelled: 'Rien n’a été peint.',
    started: (jobs) => `${plural(jobs, 'demande lancée', 'demandes lancées')}.`,
    gone: 'C’est déjà lancé, ou trop ancien. Renvoie la commande.',
    place: (place, total) => `Demande ${place} sur ${total}…`,
    more: (count) => `… et ${count} de plus`,
  },
  remix: {
    title: 'Remix',
    prompt: 'Prompt',
    negative: 'À éviter (prompt négatif)',
  },
  job: {
    aiGenerated: 'Généré par IA',
    headline: {
      imagine: (prompt, who) => `**${prompt}** — ${who}`,
      reroll: (prompt, who) => `**${prompt}** — nouvel essai par ${who}`,
      variation: (prompt, who, tile) => `**${prompt}** — variations de l’image nº ${tile} par ${who}`,
      remix: (prompt, who) => `**${prompt}** — remix par ${who}`,
      single: (prompt, who, tile) => `**${prompt}** — image nº ${tile}, ${who}`,
      other: (prompt, who) => `**${prompt}** — ${who}`,
    },
    waiting: (ahead, wait) =>
      (ahead === 0
        ? 'Prochaine dans la file'
        : `En attente : ${plural(ahead, 'demande', 'demandes')} avant la tienne`) +
      (wait === null ? '' : `, prête dans environ ${wait}`),
    painting: (step, steps, percent, left) =>
      `En train de peindre : étape ${step} sur ${steps} (${percent} %)${left === null ? '' : `, encore ${left} environ`}`,
    finishing: 'Vérification et marquage des images…',
    cancelled: (who) => (who === null ? 'Annulé.' : `Annulé par ${who}.`),
    failed: (sentence, errorId) => `${sentence} (erreur ${errorId})`,
    otherLanguage: 'Le modèle a surtout appris de légendes en anglais : un prompt en anglais marchera peut-être mieux.',
    withheld: (tiles, reason) => `Retenu : ${tiles} (${reason}).`,
    allWithheld: (reason) => `L’image a été retenue (${reason}).`,
    tileNames: ['nº 1', 'nº 2', 'nº 3', 'nº 4'],
    reasons: {
      flagged: 'le contrôle de sécurité a trouvé du contenu qui n’est pas montré ici',
      'special-care': 'le contrôle de sécurité a trouvé du contenu qui n’est jamais montré',
      takedown: 'trop proche d’une image que la modération a retirée',
      'checker-error': 'le contrôle de sécurité n’a pas pu être mené à bien',
      hidden: 'le contrôle de sécurité l’a retenue',
    },
    altText: (prompt, tile) =>
      tile === null ? `Image générée par IA : ${prompt}` : `Image générée par IA ${tile} : ${prompt}`,
    altGrid: (prompt) => `Grille d’images générées par IA : ${prompt}`,
    done: (mention, link) => `${mention}, ton image est prête : ${link}`,
    parts: { seed: 'seed', steps: 'étapes', guidance: 'guidance', sampler: 'sampler', seamless: 'sans raccord' },
  },
  info: {
    title: 'Comment cette image a été faite',
    prompt: 'Prompt',
    negative: 'Prompt négatif',
    size: 'Taille',
    seed: 'Seed',
    tileSeeds: 'Seed de chaque image',
    steps: 'Étapes',
    guidance: 'Guidance',
    sampler: 'Sampler',
    weights: 'Poids',
    style: 'Style',
    model: 'Modèle',
    init: 'Image de départ',
    initOf: (tile, strength) => `image ${tile}, force ${strength}`,
    job: 'Demande',
    by: 'Par',
    family: 'Filiation',
    familyNone: 'ni parent, ni enfants pour l’instant',
    parent: (link) => `faite à partir de ${link}`,
    children: (links) => `a donné ${links}`,
    command: 'Commande à copier',
    none: 'aucun',
  },
  queue: {
    empty: 'Tu n’as aucune demande dans la file.',
    title: 'Tes demandes',
    line: (place, prompt, wait) => `${place} **${prompt}**${wait === null ? '' : ` — environ ${wait}`}`,
    running: '▶ en cours',
    place: (place) => `${place}.`,
    more: (count) => `… et ${count} de plus`,
    fetch: 'Récupérer',
    fetchJob: (prompt) => `Récupérer : ${prompt}`,
    kept: 'Terminé, gardé pour toi',
  },
  help: {
    title: 'Peindre avec Easel',
    body: (paint) =>
      [
        `${paint} peint quatre images à partir de tes mots. Tout le reste est facultatif : taille, seed, étapes, guidance, sampler, prompt négatif, moins d’images ou une réponse privée.`,
        '',
        '**Sous les images**',
        '`U1`–`U4` publient une image seule. `V1`–`V4` en peignent quatre autres du même genre. 🔄 réessaie avec un nouveau seed.',
        '✏️ Remix change les mots. ℹ️ Infos montre tous les réglages et une commande à copier. 🗑️ supprime le message (auteur et modération).',
        '1 est en haut à gauche, 2 en haut à droite, 3 en bas à gauche, 4 en bas à droite. Les boutons continuent de fonctionner.',
        '',
        '**Pendant que tu attends**',
        '`/file` montre tes demandes et permet de les annuler. « Annuler » arrête aussi celle qui est en cours.',
        '',
        'Les prompts marchent mieux en anglais. `/à-propos` dit ce que le modèle sait faire ou non.',
      ].join('\n'),
  },
  about: {
    title: 'À propos de ce bot',
    body: (model, hash) =>
      [
        `Easel peint avec Stable Diffusion v1 (modèle **${model}**, \`${hash}\`). Chaque image est faite par une machine, vérifiée avant d’être montrée, et porte une marque invisible.`,
        '',
        '**Limites.** Pas de photoréalisme, pas de texte lisible, du mal avec les scènes complexes, les visages et les mains. Entraîné surtout sur des légendes en anglais : les autres langues marchent moins bien.',
        '**Biais.** Les images d’entraînement viennent surtout de sources occidentales et anglophones ; ce que le modèle montre comme normal n’est pas neutre.',
        '**Conditions** (CreativeML OpenRAIL-M). Ne t’en sers pas pour enfreindre la loi, exploiter des mineurs ou leur nuire, rabaisser ou harceler quelqu’un ou te faire passer pour lui, montrer des personnes de façon sexuelle ou violente, tromper avec de fausses informations, ou donner des conseils médicaux ou juridiques. Tu réponds de ce que tu crées.',
      ].join('\n'),
    energy: (pictures, wattHours, grams) =>
      `**Énergie.** ${plural(pictures, 'image', 'images')} jusqu’ici : environ ${wattHours} Wh, ${grams} g de CO₂ (estimation).`,
  },
  refusals: {
    options: {
      missing: (name) => `Merci d’indiquer \`${name}\`.`,
      'wrong-type': (name) => `\`${name}\` n’a pas pu être lu.`,
      'too-long': (name, limit) => `\`${name}\` peut avoir au plus ${limit} caractères.`,
      'out-of-range': (name, limit) => `\`${name}\` doit être dans l’intervalle ${limit}.`,
      'unknown-choice': (name) => `\`${name}\` doit être l’un des choix proposés.`,
    },
    emptyPrompt: 'Dis-moi ce qu’il faut peindre.',
    promptTooLong: (limit) => `Un prompt peut avoir au plus ${limit} caractères.`,
    refusedWords: 'Ce prompt demande quelque chose qu’on ne peint pas ici.',
    refusedMinors: 'Ceci n’est jamais peint. Les demandes de ce genre sont enregistrées.',
    inviteLink: 'Un prompt ne peut pas contenir de lien d’invitation.',
    steps: (limit) => `Ici, ${plural(limit, 'étape', 'étapes')} au maximum.`,
    size: (limit) => `Ici, les images peuvent avoir au plus ${limit} pixels de large ou de haut.`,
    count: (limit) => `Ici, ${plural(limit, 'image', 'images')} à la fois au maximum.`,
    channel: (channels) => `Ce serveur ne me laisse peindre que dans ${channels}.`,
    banned: (reason, until) =>
      `Tu ne peux pas utiliser ce bot${until === null ? '' : ` jusqu’au ${until}`}${reason === null ? '.' : ` : ${reason}`}`,
    quotaMember: (limit, when) => `Tu as utilisé tes ${limit} images du jour. La suite ${when}.`,
    quotaGuild: (limit, when) => `Ce serveur a utilisé ses ${limit} images du jour. La suite ${when}.`,
    fullMember: (limit) =>
      `Tu as déjà ${plural(limit, 'demande', 'demandes')} en attente. Réessaie quand l’une sera terminée.`,
    fullQueue: 'La file est pleine. Réessaie dans quelques minutes.',
    paused: 'La modération a mis la peinture en pause.',
    tryAgain: 'Je n’ai pas pu accéder à ma mémoire. Réessaie dans un instant.',
    repeated: 'Je m’en occupe déjà.',
    oldButton: 'Ce bouton vient d’une version que je ne connais plus. Recommence avec /imagine.',
    gone: 'Je n’ai plus la demande de ce message : sa durée de conservation est passée, ou elle a été supprimée.',
    tileWithheld: 'Cette image a été retenue.',
    tileGone: 'Cette image n’est plus conservée, et elle n’a pas pu être refaite.',
    initGone: 'L’image de départ n’est plus conservée.',
    notYours: 'Seuls l’auteur et la modération peuvent le faire.',
    notRunning: 'Cette demande n’est plus en attente ni en cours.',
    privateParent: 'Cette image est réservée au membre qui l’a faite.',
    failed: (errorId) => `Quelque chose s’est mal passé de mon côté. C’est noté sous l’erreur ${errorId}.`,
    queueFailed: 'La file n’a pas pu prendre cette demande. Réessaie dans un instant.',
  },
  failures: {
    notPainted: 'L’image n’a pas pu être peinte.',
    setAside: 'Cette demande a arrêté trois workers et a été mise de côté.',
    clipSkip: 'Ce modèle ne peut pas sauter de couche CLIP.',
    tooLarge: 'Cette image est trop grande pour moi.',
    unreadable: 'Je n’ai pas pu lire ce fichier comme une image. PNG, JPEG, WebP et GIF fonctionnent.',
    notChecked: 'L’image n’a pas pu être vérifiée.',
    queueGone: 'La file est injoignable pour le moment. Réessaie dans un instant.',
    inputWithheld:
      'Le contrôle de sécurité n’a pas accepté l’image de départ, rien n’a donc été peint à partir d’elle.',
    storeFull: 'Trop d’images attendent d’être publiées. Réessaie dans un instant.',
    initGone: 'L’image de départ n’est plus conservée.',
  },
  moderation: {
    terms: {
      card: [
        '**Avant ta première image**',
        'Ici, c’est une machine qui peint (Stable Diffusion), et chaque image est signalée comme générée par IA. En continuant, tu t’engages à ne pas t’en servir',
        '- pour nuire à quelqu’un, le harceler, le rabaisser ou l’exploiter, à commencer par les mineurs,',
        '- pour faire des images sexuelles ou violentes de personnes, ou des images qui passent, sans leur accord, pour des personnes ou des événements réels,',
        '- pour tromper, enfreindre la loi ou copier ce qui appartient à d’autres,',
        '- pour décider du sort de personnes : santé, crédit, justice, asile et autres.',
        'Le modèle a appris d’images du web non triées, surtout légendées en anglais : il en a les biais, et c’est l’anglais qu’il comprend le mieux. ' +
          'Les prompts et les réglages sont conservés avec ton identifiant, pour que les boutons continuent de fonctionner et que la modération puisse agir en cas d’abus. En savoir plus : /à-propos.',
      ].join('\n'),
      accept: 'J’accepte, continuer',
      accepted: 'Merci. Ta demande n’est plus conservée : envoie-la encore une fois.',
    },
  },
  time: {
    seconds: (count) => `${count} s`,
    minutes: (count) => `${count} min`,
    hours: (count) => `${String(count).replace('.', ',')} h`,
  },
} satisfies Translation;
