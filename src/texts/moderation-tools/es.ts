// Filtro, cola, registro y cifras para la moderación, en español.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const commands = {
  filter: {
    name: 'filtro',
    description: 'Palabras y patrones que este servidor rechaza, señala o anota',
    subcommands: {
      add: {
        name: 'añadir',
        description: 'Añade palabras o un patrón al filtro de este servidor',
        options: {
          text: { name: 'texto', description: 'Una palabra, una frase o un patrón en el lenguaje de RE2' },
          action: { name: 'acción', description: 'Qué pasa con una petición así; si no se indica, se rechaza' },
          kind: { name: 'tipo', description: 'Palabras o un patrón; si no se indica, palabras' },
        },
      },
      remove: {
        name: 'quitar',
        description: 'Quita una entrada del filtro de este servidor',
        options: { entry: { name: 'entrada', description: 'Cuál' } },
      },
      list: { name: 'lista', description: 'El filtro de este servidor; solo lo ves tú', options: {} },
      test: {
        name: 'probar',
        description: 'Qué regla actuaría sobre un texto; no se pinta nada',
        options: { text: { name: 'texto', description: 'Un prompt o un prompt negativo' } },
      },
    },
  },
  queue: {
    name: 'cola',
    description: 'Lo que espera y se pinta en este servidor: ver, cancelar, pausar, reanudar',
    options: {},
  },
} satisfies Partially<typeof en.commands>;

export const admin = {
  filter: {
    title: 'Filtro de este servidor',
    empty: 'Este servidor no tiene palabras propias.',
    shipped: (words, categories) => `Debajo está la lista para todos: ${words} (${categories}).`,
    shippedCount: (phrases) => plural(phrases, 'expresión', 'expresiones'),
    actionChoices: {
      refuse: 'Rechazar: no se pinta',
      flag: 'Señalar: se pinta y se avisa a la moderación',
      log: 'Anotar: se pinta y queda apuntado',
    },
    actions: { refuse: 'rechazar', flag: 'señalar', log: 'anotar' },
    kindChoices: { words: 'Palabras', pattern: 'Patrón (RE2)' },
    kinds: { words: 'palabras', pattern: 'patrón' },
    unreadable: 'ya no se puede leer y no coincide con nada',
    page: (page, pages, entries) =>
      `Página ${page} de ${pages}, ${plural(entries, 'entrada', 'entradas')}. Los miembros nunca ven esta lista.`,
    added: (text, action) => `Añadido: ${text} (${action}). Cuenta desde la próxima petición.`,
    removed: (text) => `Quitado: ${text}.`,
    gone: 'No existe esa entrada.',
    problems: {
      'no-words': 'No queda nada tras la normalización: indica letras o números.',
      'no-pattern': 'RE2 no conoce este patrón. Allí no hay aserciones alrededor ni referencias hacia atrás.',
      'matches-everything': 'Este patrón coincidiría con cualquier prompt.',
      'too-costly': 'Este patrón es demasiado grande, solo o con los demás. Acórtalo, o sus repeticiones.',
      'too-many': 'El filtro está lleno.',
      'too-many-patterns': 'Hay tantos patrones como puede haber. Las palabras tienen más sitio.',
      known: 'Eso ya está en el filtro.',
    },
    passes: (preset) => `✅ Nada actúa sobre este texto (nivel: ${preset}).`,
    refusedBy: (rule, preset) => `⛔ Rechazado por ${rule} (nivel: ${preset}).`,
    refusedFor: (rule, preset, matched) => `⛔ Rechazado por ${rule} (nivel: ${preset}), a causa de ${matched}.`,
    noticedFor: (action, matched) => `🚩 Se pinta, con la acción «${action}», a causa de ${matched}.`,
    rules: {
      minors: 'el límite bajo todos los ajustes (menores)',
      length: 'los límites de un prompt',
      'invite-link': 'la regla contra enlaces de invitación',
      'refused-words': 'la lista para todos',
      'server-filter': 'el filtro de este servidor',
    },
  },
  queue: {
    title: 'Cola de este servidor',
    empty: 'No espera ni se pinta nada.',
    paused: 'La pintura está en pausa: lo que corre termina, lo que espera se queda, lo nuevo se rechaza.',
    pickJobs: 'Cancelar trabajos …',
    pickMembers: 'Cancelar todos los trabajos de …',
    pause: 'Pausar',
    resume: 'Reanudar',
    page: (page, pages, jobs) => `Página ${page} de ${pages}, ${plural(jobs, 'trabajo', 'trabajos')}`,
  },
} satisfies Partially<typeof en.admin>;

export const modLog = {
  filterAdded: (by, entry, kind, action) => `🧹 ${by} añadió \`${entry}\` al filtro (${kind}, ${action}).`,
  filterRemoved: (by, entry) => `🧹 ${by} quitó \`${entry}\` del filtro.`,
  flagged: (who, channel, entries, text, job) =>
    `🚩 ${who} en ${channel}: filtro ${entries}, señalado «${text}» (trabajo \`${job}\`).`,
  logged: (who, channel, entries, text, job) =>
    `📝 ${who} en ${channel}: filtro ${entries}, anotado «${text}» (trabajo \`${job}\`).`,
  jobCancelled: (by, who, job) => `✋ ${by} canceló un trabajo de ${who} (\`${job}\`).`,
  jobsCancelled: (by, who, jobs) => `✋ ${by} canceló ${plural(jobs, 'trabajo', 'trabajos')} de ${who}.`,
  paused: (by) => `⏸️ ${by} puso en pausa la pintura en este servidor.`,
  resumed: (by) => `▶️ ${by} reanudó la pintura en este servidor.`,
  messageRemoved: (by, channel, job) => `🗑️ ${by} quitó un mensaje mío en ${channel} (trabajo \`${job}\`).`,
} satisfies Partially<typeof en.modLog>;
