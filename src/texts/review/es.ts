// Revisiones, denuncias, procedencia y retiradas en español.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
const picture = { name: 'imagen', description: 'La imagen como archivo: el original, no una captura de pantalla' };
const link = { name: 'enlace', description: 'O el enlace de un mensaje mío, o el identificador de un trabajo' };

export const traceCommand = {
  name: 'procedencia',
  description: 'Qué petición hizo una imagen: de quién, cuándo y con qué modelo',
  options: { picture, link },
} satisfies Partially<typeof en.traceCommand>;

export const origin = {
  title: 'De dónde viene esta imagen',
  which: 'Imagen',
  sheet: (job) => `la lámina entera del trabajo ${job}`,
  tile: (tile, job) => `n.º ${tile} del trabajo ${job}`,
  by: 'Pedida por',
  when: 'Pintada',
  where: 'Dónde',
  model: 'Modelo',
  settings: 'Ajustes',
  prompt: 'Prompt',
  read: 'Lo que se leyó',
  message: (channel, url) => (url === null ? channel : `${channel}, ${url}`),
  private: 'en privado',
  elsewhere: 'en otro lugar',
  elsewhereLine:
    'La pintó este bot, pero no en este servidor. Quién la pidió lo puede consultar el operador (`easel trace`).',
  mark: (traceId) => `marca invisible con el identificador ${traceId}`,
  noMark: 'ningún identificador',
  reference: (percent) => `la marca propia de Stable Diffusion (${percent} % de sus bits)`,
  words: 'ajustes escritos en el archivo',
  record: 'el registro del propio mensaje',
  notFound: 'No se encontró ninguna marca. Eso no demuestra que la imagen no sea de aquí: las marcas pueden perderse.',
  onlyReference:
    'Está la marca de las herramientas de Stable Diffusion, pero ningún identificador mío: la hizo una máquina, no se sabe dónde.',
  unknownTrace: (traceId) =>
    `La marca lleva el identificador ${traceId}, que no conozco: la hizo otra instalación o la petición se borró después.`,
  giveOne: 'Da una imagen como archivo, el enlace de su mensaje o el identificador de su trabajo.',
  notAReference: 'Eso no es ni el enlace de un mensaje ni el identificador de un trabajo.',
  unknownMessage: 'Ahí no conozco ninguna imagen mía: no es mía o su petición se borró después.',
  traced: (by, what) => `🔎 ${by} consultó de dónde viene una imagen: ${what}.`,
  tracedNothing: 'sin rastro',
} satisfies Partially<typeof en.origin>;

export const takedownCommand = {
  name: 'retirada',
  description: 'Borra una imagen donde la haya publicado y retiene lo que se le parezca',
  options: {
    picture,
    link,
    reason: { name: 'motivo', description: 'Por qué; para el registro' },
    everywhere: {
      name: 'en-todas-partes',
      description: 'En todos los servidores; para roles de confianza del operador',
    },
  },
} satisfies Partially<typeof en.takedownCommand>;

export const takedownsCommand = {
  name: 'retiradas',
  description: 'Lo que se retiene aquí por parecerse a imágenes retiradas; levantarlo',
  options: {},
} satisfies Partially<typeof en.takedownsCommand>;

export const review = {
  onlyAuthor:
    'Solo quien pidió esta imagen puede preguntar por ella. Para denunciar una imagen, abre su menú: Aplicaciones, Denunciar.',
  noModerators: 'Aquí no hay moderación: esto solo funciona en servidores.',
  nothingWithheld: 'Aquí no hay nada retenido.',
  noModLog:
    'Este servidor no tiene un canal donde yo pueda preguntar: no han elegido registro de moderación. Pregúntales tú.',
  modLogAway:
    'No puedo escribir en el registro de moderación de este servidor, así que nadie fue avisado. Díselo a la moderación.',
  alreadyAsked: 'La moderación ya fue avisada y aún no ha decidido.',
  alreadyDecided: (decision) => `Esto ya está decidido: ${decision}`,
  tooMany: (limit) => `Como mucho ${limit} por hora. Inténtalo más tarde.`,
  asked: 'La moderación está avisada. Te diré qué decide.',
  reported: 'Gracias. La moderación está avisada y decidirá; nadie más sabrá que la has denunciado.',
  notMine: 'Este mensaje no muestra ninguna imagen mía.',
  reportFormTitle: 'Denunciar esta imagen',
  reportFormLabel: '¿Qué tiene de malo?',
  appealTitle: 'Una imagen retenida: toca decidir',
  reportTitle: 'Una imagen denunciada: toca decidir',
  appealLine: (who) => `${who} pide a la moderación que mire lo que retuvo el control de seguridad.`,
  reportLine: (who) => `${who} denuncia esta imagen.`,
  reasonField: 'Motivo',
  withheldField: 'Retenido',
  keptUntil: (when) => `Se guarda cifrado hasta ${when}; después se borra.`,
  neverReleased: 'No se guardó y no se puede publicar.',
  blurredNote: 'Desenfocada, tras un spoiler. Solo se publica lo que aprobéis.',
  textAlone: 'Las imágenes solo se muestran aquí si el registro tiene restricción de edad.',
  decisionField: 'Decisión',
  closed: 'Cerrada: pasó el plazo, o se borró aquello de lo que trataba. Lo decidido está en el registro.',
  decided: {
    release: (by, when) => `✅ publicada por ${by}, ${when}`,
    uphold: (by, when) => `dejada como está por ${by}, ${when}`,
    ban: (by, when) => `🔨 ${by} excluyó del bot a su miembro, ${when}`,
    takedown: (by, when) => `🗑️ retirada por ${by}, ${when}`,
  },
  buttons: { release: 'Publicar', uphold: 'Retener', takedown: 'Retirar', dismiss: 'Dejarla', ban: 'Excluir…' },
  banTitle: 'Excluir del bot',
  banDuration: 'Cuánto tiempo (2 h, 7 d); vacío: siempre',
  banReason: 'Motivo',
  releasedNote: 'Publicada por la moderación.',
  pixelsGone: 'Ya no se puede publicar: las imágenes retenidas se guardan siete días, y algunas no se publican nunca.',
  told: {
    uphold: 'La moderación revisó tu petición: la imagen sigue retenida.',
    dismiss: 'La moderación revisó tu denuncia: la imagen se queda.',
    takedown: 'La moderación revisó tu denuncia y retiró la imagen.',
    ban: (until) =>
      `La moderación revisó tu petición: la imagen sigue retenida y ${until === null ? 'ya no puedes usarme' : `no puedes usarme hasta ${until}`} en ese servidor.`,
    banOther: 'La moderación revisó tu denuncia y actuó.',
  },
  operatorsOnly: 'Solo los roles de confianza del operador deciden para todos los servidores.',
  takenDown: (pictures, deleted, left) =>
    `Retirada: ${plural(pictures, 'imagen', 'imágenes')}, ${plural(deleted, 'mensaje borrado', 'mensajes borrados')}.` +
    (left === 0 ? '' : ` ${plural(left, 'mensaje', 'mensajes')} fuera de mi alcance: solo los ve un miembro.`) +
    ' Lo que se le parezca se retiene aquí desde ahora.',
  onlyRemembered:
    'No conozco en este servidor ningún mensaje mío con esa imagen. Lo que se le parezca se retiene aquí desde ahora.',
  takedownLine: (by, job, who, deleted, left) =>
    `🗑️ ${by} retiró el trabajo ${job} de ${who}: ${plural(deleted, 'mensaje borrado', 'mensajes borrados')}${left === 0 ? '' : `, ${left} fuera de alcance`}.`,
  rememberedLine: (by) => `🗑️ ${by} hizo recordar una imagen: lo que se le parezca se retiene.`,
  fromElsewhere: 'una imagen de otro sitio',
  inEveryServer: 'en todos los servidores',
  noTakedowns: 'Aquí no hay ninguna imagen retirada.',
  takedownsTitle: 'Imágenes retiradas',
  takedownsFooter: 'Lo que se les parece se retiene. Los mensajes borrados no vuelven.',
  liftTakedownChoice: 'Permitir de nuevo lo que se le parece…',
  takedownEntry: (what, when, by, reason) => `${what}, ${when}, por ${by}${reason === null ? '' : `: ${reason}`}`,
  liftedLine: (by, what) => `🕊️ ${by} levantó la retirada: ${what}. Lo que se le parece puede pintarse de nuevo.`,
} satisfies Partially<typeof en.review>;
