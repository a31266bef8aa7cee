// Builds elements. Text is always a text node, never markup.

// h makes an element with attributes, listeners (on), data attributes (data) and children.
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') {
      for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    } else if (name === 'data') {
      Object.assign(element.dataset, value);
    } else if (name !== 'value') {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat(Infinity).filter((c) => c !== undefined && c !== null && c !== false && c !== ''));
  if (props.value !== undefined) element.value = props.value;
  return element;
}

const circle = 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8z';
const paths = {
  info: `${circle}M8 7.4v3.4M8 5.1v.1`,
  working: `${circle}M8 4.8V8l2.2 1.5`,
  waiting: `${circle}M6.5 6v4M9.5 6v4`,
  good: `${circle}M5.4 8.2l1.8 1.8 3.4-3.8`,
  danger: 'M8 2.2l6.2 11.3H1.8zM8 6.6v3M8 11.6v.1',
  send: 'M3 8h9M8.5 4l4 4-4 4',
  attach: 'M11.5 5v5.5a3.5 3.5 0 0 1-7 0V4.4a2.4 2.4 0 0 1 4.8 0v5.9a1.2 1.2 0 0 1-2.5 0V5.2',
  file: 'M4.5 2.5h4.5l3 3v8h-7.5zM9 2.5v3h3',
  close: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  reply: 'M6.5 4.5L3 8l3.5 3.5M3.5 8h6a3.5 3.5 0 0 1 3.5 3.5v.5',
  chevron: 'M4.5 6.5L8 10l3.5-3.5',
  down: 'M8 3.5v9M4.5 9L8 12.5 11.5 9',
};

// icon is decorative: a text beside it has the same meaning.
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

let ids = 0;
export function newID(prefix) {
  ids += 1;
  return `${prefix}-${ids}`;
}

// reconcile makes the items the children of parent, in order. An item is {key, stamp, make}. A node
// is kept while its stamp is the same, so unchanged nodes do not flicker. Where a focused node is
// replaced, the focus moves to the new node.
export function reconcile(parent, items) {
  const nodes = parent.nodesByKey ?? (parent.nodesByKey = new Map());
  const keys = new Set();
  let previous = null;
  for (const { key, stamp, make } of items) {
    keys.add(key);
    let entry = nodes.get(key);
    if (!entry || entry.stamp !== stamp) {
      const node = make();
      if (entry) {
        const focused = entry.node.contains(document.activeElement) ? document.activeElement : null;
        entry.node.replaceWith(node);
        if (focused) refocus(node, focused);
      }
      entry = { node, stamp };
      nodes.set(key, entry);
    }
    const expected = previous ? previous.nextSibling : parent.firstChild;
    if (expected !== entry.node) parent.insertBefore(entry.node, expected);
    previous = entry.node;
  }
  for (const [key, { node }] of nodes) {
    if (!keys.has(key)) {
      node.remove();
      nodes.delete(key);
    }
  }
}

function refocus(node, focused) {
  const same = focused.dataset.do && [...node.querySelectorAll('[data-do]')].find((e) => e.dataset.do === focused.dataset.do);
  const target = same ?? node;
  if (target === node) node.tabIndex = -1;
  target.focus({ preventScroll: true });
}

const announcer = document.getElementById('announcer');
let clearTimer;

// announce gives a text to screen readers.
export function announce(text) {
  announcer.append(h('p', {}, text));
  while (announcer.children.length > 6) announcer.firstChild.remove();
  clearTimeout(clearTimer);
  clearTimer = setTimeout(() => announcer.replaceChildren(), 10000);
}
