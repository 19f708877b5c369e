// A mask, painted with the pointer over the picture that it is for: white strokes on black, as large as the picture. The playground's own
// comfort; Discord's client takes a file.

import { h } from './dom.js';

/** Of the brush's diameter, as shares of the picture's shorter side. */
const brushes = { min: 0.03, max: 0.4, usual: 0.14 };

/**
 * @param {string} url of the picture
 * @param {(isPainted: boolean) => void} onChange
 * @returns {{ element: HTMLElement, file: () => Promise<File | null> }} null as long as nothing is painted
 */
export function createMaskPainter(url, onChange) {
  const picture = h('img', { src: url, alt: 'The picture to paint the mask over', draggable: 'false' });
  const canvas = h('canvas', { 'aria-label': 'Paint here what is to be repainted' });
  const brush = h('input', {
    type: 'range',
    min: brushes.min,
    max: brushes.max,
    step: 'any',
    value: brushes.usual,
    'aria-label': 'Size of the brush',
  });
  let isPainted = false;
  /** @type {{ x: number, y: number } | null} */
  let last = null;

  picture.addEventListener('load', () => {
    canvas.width = picture.naturalWidth;
    canvas.height = picture.naturalHeight;
  });

  /** @param {PointerEvent} event */
  const at = (event) => ({
    x: (event.offsetX / canvas.clientWidth) * canvas.width,
    y: (event.offsetY / canvas.clientHeight) * canvas.height,
  });

  /** @param {PointerEvent} event */
  const stroke = (event) => {
    const pen = canvas.getContext('2d');
    if (!pen || !last) return;
    const to = at(event);
    pen.strokeStyle = '#fff';
    pen.lineCap = 'round';
    pen.lineWidth = Number(brush.value) * Math.min(canvas.width, canvas.height);
    pen.beginPath();
    pen.moveTo(last.x, last.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
    last = to;
    isPainted = true;
    onChange(true);
  };

  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    stroke(event);
  });
  canvas.addEventListener('pointermove', stroke);
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => (last = null));

  const clear = () => {
    canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height);
    isPainted = false;
    onChange(false);
  };

  const element = h(
    'div',
    { class: 'mask-painter' },
    h('div', { class: 'mask-painter-sheet' }, picture, canvas),
    h(
      'div',
      { class: 'mask-painter-tools' },
      h('label', null, 'Brush ', brush),
      h('button', { type: 'button', class: 'button secondary', onclick: clear }, h('span', null, 'Clear')),
    ),
  );
  return { element, file: async () => (isPainted ? onBlack(canvas) : null) };
}

/** @param {HTMLCanvasElement} strokes @returns {Promise<File | null>} */
async function onBlack(strokes) {
  const sheet = h('canvas', { width: strokes.width, height: strokes.height });
  const pen = sheet.getContext('2d');
  if (!pen) return null;
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(strokes, 0, 0);
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => sheet.toBlob(resolve, 'image/png'));
  return blob && new File([blob], 'mask.png', { type: 'image/png' });
}
