// Components of a message: buttons and selects in rows, and the blocks of components V2.

import { fileCard, mosaic } from './attachments.js';
import { h } from './dom.js';
import { resolveMedia } from './embed.js';
import { cssColor } from './format.js';
import { icon } from './icons.js';
import { press } from './interactions.js';
import { markdown } from './markdown-view.js';
import { createPicker, emojiNode, isSelect } from './picker.js';
import { store } from './store.js';

/** @import { WireComponent, WireMedia, WireMessage } from '../wire.ts' */

const BUTTON_STYLES = ['', 'primary', 'secondary', 'success', 'danger', 'link', 'secondary'];

/** @param {WireMessage} message @returns {HTMLElement | null} */
export function componentList(message) {
  if (message.components.length === 0) return null;
  return h('div', { class: 'components' }, ...message.components.map((component) => render(component, message)));
}

/** @param {WireComponent} component @param {WireMessage} message @returns {Node} */
function render(component, message) {
  const children = () => (component.components ?? []).map((child) => render(child, message));
  if (isSelect(component)) return select(component, message);
  switch (component.type) {
    case 1:
      return h('div', { class: 'component-row' }, ...children());
    case 2:
      return button(component, message);
    case 9:
      return h(
        'div',
        { class: 'component-section' },
        h('div', { class: 'component-section-text' }, ...children()),
        component.accessory && render(component.accessory, message),
      );
    case 10:
      return markdown(component.content ?? '');
    case 11:
      return h(
        'div',
        { class: 'component-thumbnail' },
        mosaic([picture(component.media, component.description, component.spoiler, message)]),
      );
    case 12:
      return mosaic(
        (component.items ?? []).map((item) => picture(item.media, item.description, item.spoiler, message)),
      );
    case 13: {
      const url = resolveMedia(component.file?.url ?? '', message.attachments);
      const file = message.attachments.find((each) => each.url === url);
      return fileCard(component.name ?? file?.filename ?? 'file', component.size ?? file?.size, url);
    }
    case 14:
      return component.divider === false
        ? h('div', { class: component.spacing === 2 ? 'component-space large' : 'component-space' })
        : h('hr', { class: component.spacing === 2 ? 'component-divider large' : 'component-divider' });
    case 17: {
      const color = cssColor(component.accent_color);
      const container = h(
        'div',
        { class: color ? 'component-container accented' : 'component-container' },
        ...children(),
      );
      if (color) container.style.setProperty('--accent-edge', color);
      return component.spoiler ? coveredContainer(container) : container;
    }
    default:
      return document.createComment(`component type ${component.type} is not shown in messages`);
  }
}

/** @param {HTMLElement} container */
function coveredContainer(container) {
  container.inert = true;
  const cover = h(
    'button',
    {
      type: 'button',
      class: 'container-cover',
      onclick: () => {
        container.inert = false;
        cover.remove();
      },
    },
    'SPOILER',
  );
  return h('div', { class: 'covered' }, container, cover);
}

/** @param {WireMedia | undefined} media @param {string | null | undefined} alt @param {boolean | undefined} spoiler @param {WireMessage} message */
function picture(media, alt, spoiler, message) {
  const url = resolveMedia(media?.url ?? '', message.attachments);
  const file = message.attachments.find((each) => each.id === media?.attachment_id || each.url === url);
  return {
    id: file?.id ?? url,
    url,
    alt: alt ?? file?.description ?? '',
    width: media?.width ?? file?.width,
    height: media?.height ?? file?.height,
    spoiler: spoiler ?? false,
    name: file?.filename ?? 'picture',
  };
}

/** @param {WireComponent} component @param {WireMessage} message */
function button(component, message) {
  const customId = component.custom_id ?? '';
  const busy = store.busy.has(`${message.id}:${customId}`);
  const style = BUTTON_STYLES[component.style ?? 2] ?? 'secondary';
  const face = [emojiNode(component.emoji), component.label && h('span', null, component.label)];
  if (component.style === 5 && !component.disabled && /^https?:/i.test(component.url ?? '')) {
    return h(
      'a',
      { class: 'button link', href: component.url, target: '_blank', rel: 'noopener noreferrer' },
      ...face,
      icon('link', 15),
    );
  }
  const element = h(
    'button',
    {
      type: 'button',
      class: `button ${style}`,
      disabled: component.disabled,
      'aria-busy': busy ? 'true' : null,
      'aria-label': component.label ? null : (component.emoji?.name ?? 'Button'),
      'data-custom-id': customId,
      onclick: () => press({ action: 'click', channelId: message.channel_id, messageId: message.id, customId }),
    },
    ...face,
  );
  return element;
}

/** @param {WireComponent} component @param {WireMessage} message */
function select(component, message) {
  const customId = component.custom_id ?? '';
  return createPicker(component, {
    label: component.placeholder || 'Selection',
    disabled: component.disabled ?? false,
    busy: store.busy.has(`${message.id}:${customId}`),
    onChange: (values) =>
      press({ action: 'select', channelId: message.channel_id, messageId: message.id, customId, values }),
  }).element;
}
