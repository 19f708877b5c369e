// The page's own line icons, drawn on a 24-unit grid with a 2-unit pen.

const SVG = 'http://www.w3.org/2000/svg';

/** Path data; several strokes of one icon are one string. */
const PATHS = {
  hash: 'M9.5 4 7.5 20 M16.5 4l-2 16 M4.5 9h16 M3.5 15h16',
  restricted: 'M9.5 4 7.5 20 M14.5 12l-1 8 M4.5 9h7 M3.5 15h16 M17.5 2.5l4.5 8h-9z M17.5 6v1.6',
  thread: 'M5 5h14v10H11l-4 4v-4H5z M9 9h6 M9 12h4',
  shield: 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z M9 12l2.2 2.2L15.2 10',
  at: 'M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0z M15.5 8.5V13a2.5 2.5 0 0 0 5 0v-1a8.5 8.5 0 1 0-3.5 6.9',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z M2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6 M16 4.3a3.5 3.5 0 0 1 0 6.4 M18 14.4c2.1.8 3.5 2.8 3.5 5.6',
  plus: 'M12 5v14 M5 12h14',
  close: 'M6 6l12 12 M18 6 6 18',
  down: 'M6 9l6 6 6-6',
  up: 'M6 15l6-6 6 6',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  menu: 'M4 7h16 M4 12h16 M4 17h16',
  reply: 'M10 6 4 12l6 6 M4 12h9c4 0 7 2.5 7 7',
  smile: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M8.5 14.5c.8 1.2 2 1.8 3.5 1.8s2.7-.6 3.5-1.8 M9 9.5v.5 M15 9.5v.5',
  dots: 'M5 12h.5 M12 12h.5 M19 12h.5',
  link: 'M14 5h5v5 M19 5l-8 8 M17 14v5H5V7h5',
  file: 'M6 3h8l4 4v14H6z M14 3v4h4',
  image: 'M4 5h16v14H4z M4 16l4.5-4.5 3.5 3.5 3-3 5 5 M15.5 9h.01',
  trash: 'M5 7h14 M10 7V4h4v3 M7 7l1 13h8l1-13 M10.5 11v5 M13.5 11v5',
  copy: 'M9 9h11v11H9z M5 15H4V4h11v1',
  eye: 'M2.5 12c2-4 5.5-6.5 9.5-6.5s7.5 2.5 9.5 6.5c-2 4-5.5 6.5-9.5 6.5S4.5 16 2.5 12z M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  send: 'M4 12 20 4l-5 16-4-6.5z M11 13.5 20 4',
  warning: 'M12 4 2.5 20h19z M12 10v4.5 M12 17.3v.2',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  apps: 'M5 5h5v5H5z M14 5h5v5h-5z M5 14h5v5H5z M16.5 13.5v6 M13.5 16.5h6',
  easel: 'M12 2.5V5 M4.5 5h15v10h-15z M8 15l-2.5 6.5 M16 15l2.5 6.5 M12 15v4 M7.5 12l3-3.5 2.5 2.5 1.5-1.5 2 2.5',
  spark: 'M12 3.5l1.9 5.6 5.6 1.9-5.6 1.9L12 18.5l-1.9-5.6L4.5 11l5.6-1.9z M19 17v4 M17 19h4',
  globe:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M3 12h18 M12 3c2.5 2.5 3.8 5.5 3.8 9s-1.3 6.5-3.8 9c-2.5-2.5-3.8-5.5-3.8-9S9.5 5.5 12 3z',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 11v5.5 M12 7.6v.2',
  arrowUp: 'M12 19V6 M6 11.5 12 5.5l6 6',
};

/** @typedef {keyof typeof PATHS} IconName */

/**
 * @param {IconName} name
 * @param {number} [size] in CSS pixels
 * @returns {SVGSVGElement} hidden from screen readers: the control around it carries the name
 */
export function icon(name, size = 20) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('width', String(size));
  svg.setAttribute('height', String(size));
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
