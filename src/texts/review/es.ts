// Revisiones, denuncias, procedencia y retiradas en español.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

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
