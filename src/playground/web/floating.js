// Things that float beside a control: menus and lists. The popover attribute puts them in the top layer and closes them on Escape
// and on a press elsewhere; this places them where there is room.

const GAP = 6;
const MARGIN = 8;

/**
 * @param {HTMLElement} panel
 * @param {{ left: number, top: number, right: number, bottom: number }} anchor
 * @param {{ above?: boolean }} [options]
 */
export function place(panel, anchor, { above = false } = {}) {
  const { width, height } = panel.getBoundingClientRect();
  const roomBelow = innerHeight - anchor.bottom - GAP - MARGIN;
  const roomAbove = anchor.top - GAP - MARGIN;
  const up = above ? roomAbove >= height || roomAbove > roomBelow : roomBelow < height && roomAbove > roomBelow;
  const top = up ? anchor.top - GAP - height : anchor.bottom + GAP;
  panel.style.setProperty('left', `${Math.max(MARGIN, Math.min(anchor.left, innerWidth - width - MARGIN))}px`);
  panel.style.setProperty('top', `${Math.max(MARGIN, Math.min(top, innerHeight - height - MARGIN))}px`);
}

/**
 * Shows a panel once and removes it when it closes.
 * @param {HTMLElement} panel
 * @param {HTMLElement | DOMRect} anchor an element, which gets the focus back, or a place
 * @param {{ above?: boolean, matchWidth?: boolean, onClose?: () => void, host?: Element }} [options]
 * @returns {() => void} closes it
 */
export function float(panel, anchor, options = {}) {
  const opener = /** @type {HTMLElement | null} */ (document.activeElement);
  panel.setAttribute('popover', 'auto');
  panel.classList.add('floating');
  // Inside a dialog everything outside is inert, so the panel joins the dialog.
  const host = options.host ?? (anchor instanceof HTMLElement ? anchor.closest('dialog') : null) ?? document.body;
  host.append(panel);
  const box = anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : anchor;
  if (options.matchWidth) panel.style.setProperty('width', `${box.width}px`);
  panel.showPopover();
  place(panel, box, options);
  let open = true;
  panel.addEventListener('toggle', (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== 'closed' || !open) return;
    open = false;
    const hadFocus = panel.contains(document.activeElement) || document.activeElement === document.body;
    panel.remove();
    if (hadFocus && opener?.isConnected) opener.focus();
    options.onClose?.();
  });
  return () => {
    if (open) panel.hidePopover();
  };
}

/**
 * Arrow keys, Home and End move the focus among the items.
 * @param {HTMLElement} container
 * @param {string} selector of the items
 */
export function arrowKeys(container, selector) {
  container.addEventListener('keydown', (event) => {
    const items = /** @type {HTMLElement[]} */ ([...container.querySelectorAll(selector)]);
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (target === undefined || items.length === 0) return;
    event.preventDefault();
    items[(target + items.length) % items.length]?.focus();
  });
}
