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
        options: {
          text: { name: 'texto', description: 'Un prompt, como para /imagina' },
          negative: { name: 'negativo', description: 'Su prompt negativo' },
        },
      },
    },
  },
  queue: {
    name: 'cola',
    description: 'Lo que espera y se pinta en este servidor: ver, cancelar, pausar, reanudar',
    options: {},
  },
  audit: {
    name: 'registro',
    description: 'Cada acción de moderación y cada petición señalada de este servidor',
    options: {
      member: { name: 'miembro', description: 'Quién lo hizo o a quién afecta' },
      action: { name: 'acción', description: 'Qué pasó' },
      days: { name: 'días', description: 'Hasta cuándo mirar atrás' },
    },
  },
  stats: {
    name: 'cifras',
    description: 'Imágenes, avisos, esperas, energía y carbono de este servidor',
    options: { days: { name: 'días', description: 'Hasta cuándo mirar atrás; 7 si no se indica' } },
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
  audit: {
    title: 'Registro de este servidor',
    empty: 'Aquí no hay nada anotado.',
    by: (who) => `por ${who}`,
    page: (page) => `Página ${page}. Las entradas solo se van al acabar su conservación.`,
    export: 'Exportar como CSV',
    exported: (rows) => `${plural(rows, 'entrada', 'entradas')}, las más nuevas primero.`,
    noAction: 'No conozco esa acción. Escribe en la opción para verlas todas.',
    actions: {
      'member banned': 'Miembro vetado',
      'member unbanned': 'Veto levantado',
      'settings changed': 'Ajustes cambiados',
      'filter entry added': 'Entrada añadida al filtro',
      'filter entry removed': 'Entrada quitada del filtro',
      'request refused': 'Petición rechazada',
      'request flagged': 'Petición señalada',
      'request logged': 'Petición anotada',
      'picture withheld': 'Imagen retenida',
      'picture blurred': 'Imagen difuminada',
      'picture released': 'Imagen liberada',
      'picture upheld': 'Retención confirmada',
      'picture taken down': 'Imagen retirada y bloqueada',
      'picture traced': 'Imagen rastreada',
      'review asked': 'Moderación consultada',
      'picture reported': 'Imagen denunciada',
      'report dismissed': 'Denuncia descartada',
      'takedown lifted': 'Retirada levantada',
      'input picture refused': 'Imagen de entrada rechazada',
      'job cancelled': 'Trabajo cancelado',
      'jobs cancelled': 'Trabajos de un miembro cancelados',
      'queue paused': 'Cola en pausa',
      'queue resumed': 'Cola reanudada',
      'message removed': 'Mensaje quitado',
      'audit exported': 'Registro exportado',
    },
  },
  stats: {
    title: (days) => `Este servidor, ${plural(days, 'último día', 'últimos días')}`,
    pictures: 'Imágenes',
    requests: 'Peticiones',
    requestsOf: (done, failed, cancelled) => `${done} pintadas, ${failed} fallidas, ${cancelled} canceladas`,
    heldBack: 'Detenidas por el verificador',
    heldBackOf: (withheld, blurred) => `${withheld} retenidas, ${blurred} difuminadas`,
    prompts: 'Prompts en los que actuó una regla',
    promptsOf: (refused, flagged, logged) => `${refused} rechazados, ${flagged} señalados, ${logged} anotados`,
    waiting: 'De la petición al primer paso',
    whole: 'De la petición a la imagen',
    spread: (median, most) => `la mitad en ${median}, el 95 % en ${most}`,
    energy: 'Energía (estimación)',
    energyOf: (wattHours, grams) => `${wattHours} Wh, ${grams} g CO₂`,
    method: (watts, grams) => `Energía: ${watts} W al pintar; carbono: ${grams} g por kWh.`,
    cut: 'Solo se contaron las peticiones más nuevas.',
  },
} satisfies Partially<typeof en.admin>;

export const modLog = {
  filterAdded: (by, entry, kind, action) => `🧹 ${by} añadió \`${entry}\` al filtro (${kind}, ${action}).`,
  filterRemoved: (by, entry) => `🧹 ${by} quitó \`${entry}\` del filtro.`,
  refused: (who, channel, rule, text) =>
    `⛔ ${who} en ${channel}: rechazado por ${rule}${text === null ? '.' : `: «${text}»`}`,
  inputRefused: (who, channel) => `⛔ ${who} en ${channel}: el control de seguridad rechazó una imagen de partida.`,
  withheld: (who, channel, what, job) => `🛡️ ${who} en ${channel}: ${what} (trabajo ${job}).`,
  withheldPart: (tiles, reason) => `${tiles} retenida(s), ${reason}`,
  blurredPart: (tiles, reason) => `${tiles} publicada(s) borrosa(s), ${reason}`,
  andMore: (count) => `… y ${count} más. \`/admin registro\` los muestra todos.`,
  flagged: (who, channel, entries, text, job) =>
    `🚩 ${who} en ${channel}: filtro ${entries}, señalado «${text}» (trabajo \`${job}\`).`,
  logged: (who, channel, entries, text, job) =>
    `📝 ${who} en ${channel}: filtro ${entries}, anotado «${text}» (trabajo \`${job}\`).`,
  jobCancelled: (by, who, job) => `✋ ${by} canceló un trabajo de ${who} (\`${job}\`).`,
  jobsCancelled: (by, who, jobs) => `✋ ${by} canceló ${plural(jobs, 'trabajo', 'trabajos')} de ${who}.`,
  paused: (by) => `⏸️ ${by} puso en pausa la pintura en este servidor.`,
  resumed: (by) => `▶️ ${by} reanudó la pintura en este servidor.`,
  messageRemoved: (by, channel, job) => `🗑️ ${by} quitó un mensaje mío en ${channel} (trabajo \`${job}\`).`,
  auditExported: (by, rows) => `📄 ${by} exportó ${plural(rows, 'entrada', 'entradas')} del registro.`,
} satisfies Partially<typeof en.modLog>;
