// Spanish; see en.ts.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

export const verifyCommand = {
  name: 'verificar',
  description: '¿Se hizo aquí esta imagen? Lee su marca invisible y lo que dice su archivo',
  options: { image: { name: 'imagen', description: 'La imagen que quieres examinar' } },
} satisfies Partially<typeof en.verifyCommand>;

export const verify = {
  menu: 'Comprobar el origen',
  title: 'De dónde viene esta imagen',
  made: (when, model) =>
    `**Hecha aquí**, por una máquina, el ${when} con el modelo **${model}**. Quién la pidió y con qué palabras es privado.`,
  erased: (when, model) =>
    `**Hecha aquí**, por una máquina, el ${when} con el modelo **${model}**. Su autor hizo borrar la petición: no se sabe más.`,
  unlike: 'Se ve distinta de lo que se hizo entonces: se recortó o se editó, o alguien copió la marca en otra imagen.',
  unknown:
    '**Hecha por un Easel**, según su marca, pero aquí no hay petición que le corresponda: la hizo otra instalación, o la petición ya no se guarda.',
  reference:
    '**Hecha por Stable Diffusion**, según la marca del programa original. Muchos programas la escriben, también este bot.',
  none: '**No hay marca.** Eso no prueba nada: una marca no sobrevive a todo, y la mayoría de los generadores no deja ninguna.',
  signatureTitle: 'Procedencia firmada (C2PA)',
  signature: {
    valid: (signer) =>
      `Válida: nadie cambió el archivo desde que ${signer} lo firmó, y quien opera este bot confía en la autoridad que respalda ese nombre.`,
    'self-signed': (signer) =>
      `Autofirmada: nadie cambió el archivo desde que se firmó. Ninguna autoridad conocida aquí respalda el nombre que lleva (${signer}): cualquiera puede firmar con cualquier nombre.`,
    broken: 'Rota: el archivo se cambió después de firmarlo, o la firma no se puede leer. No prueba nada.',
  },
  aiGenerated: (generator) => `Dice: hecha por una IA, con ${generator}.`,
  fileTitle: 'Lo que el archivo dice de sí mismo',
  fileNote: 'Cualquiera puede escribir un texto así.',
  nobody: 'nadie',
} satisfies Partially<typeof en.verify>;

export const privacyCommand = {
  name: 'privacidad',
  description: 'Lo que se guarda sobre ti: recíbelo en un archivo o haz que se borre',
  subcommands: {
    export: { name: 'exportar', description: 'Un archivo con todo lo que se guarda sobre ti; solo lo ves tú' },
    delete: { name: 'borrar', description: 'Borra lo que se guarda sobre ti; antes pregunta' },
  },
} satisfies Partially<typeof en.privacyCommand>;

export const privacy = {
  exported: (requests) =>
    `Todo lo que guardo sobre ti, en un archivo: ${requests === 1 ? '1 petición' : `${requests} peticiones`}, tus ajustes y favoritas, y lo que anotó la moderación.`,
  tooLarge: 'Hay más sobre ti de lo que Discord me deja enviar. Pide el archivo a quien opera este bot.',
  deleteTitle: '¿Borrar tus datos?',
  goes: (requests) =>
    `**Esto desaparece para siempre:** ${requests === 1 ? 'tu petición' : `tus ${requests} peticiones`} con sus prompts e imágenes guardadas, también las que esperan; tus ajustes, favoritas e historial; que aceptaste las condiciones. Los botones bajo tus imágenes dejan de funcionar.`,
  stays:
    '**Esto se queda, para la moderación:** los vetos; las entradas del registro de los servidores, hasta que venzan; cuántas imágenes hiciste hoy; las huellas de imágenes que retiró la moderación. De las marcas de tus imágenes seguirá sabiéndose que se hicieron aquí, qué día y con qué modelo, pero ya no quién las hizo.',
  messages: 'Los mensajes en los canales son de Discord: quítalos con 🗑️ **antes** de borrar aquí.',
  confirm: 'Borrarlo todo',
  keep: 'Conservarlo',
  kept: 'No se borró nada.',
  deleting: 'Borrando …',
  deleted: (requests) =>
    `Hecho. ${requests === 1 ? 'Se borró 1 petición' : `Se borraron ${requests} peticiones`} con todo lo que llevaba consigo.`,
} satisfies Partially<typeof en.privacy>;
