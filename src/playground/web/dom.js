// Building elements without ever parsing markup: text stays text, whatever a member or a bot writes.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Creates an HTML element. `on*` properties become listeners, `class` and `data-*`/`aria-*` attributes, `style` an object
 * of CSS properties (set through CSSOM, which a strict Content-Security-Policy allows), everything else an attribute.
 * `false`, `null` and `undefined` leave a property out; `true` sets an empty attribute.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any> | null} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) setProperty(element, name, value);
  element.append(...nodes(children));
  return element;
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function setProperty(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
  else if (name === 'style')
    for (const [key, text] of Object.entries(value)) element.style.setProperty(key, String(text));
  else if (name === 'value' && 'value' in element) element.value = value;
  else element.setAttribute(name, value === true ? '' : String(value));
}

/** @param {(Child | Child[])[]} children @returns {(Node | string)[]} */
function nodes(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === 'number' ? String(child) : /** @type {Node | string} */ (child)));
}

/**
 * Looks up an element that the page is known to hold.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} selector
 * @returns {T}
 */
export function $(selector) {
  const element = document.querySelector(selector);
  if (!element) throw new Error(`expected an element for ${selector} but found none`);
  return /** @type {T} */ (element);
}

let lastId = 0;

/** @param {string} prefix @returns {string} an id unique on this page, for labels and ARIA references */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
