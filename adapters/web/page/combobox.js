// One of many options, found by typing. Arrows only move; Enter or a click chooses.

import { h, icon, newID } from './dom.js';
import { folded } from './format.js';

export function combobox({ label, options, value = '', placeholder = '', describedBy, choose = () => {} }) {
  const listID = newID('options');
  const all = options.map((o) => ({ ...o, id: newID('option'), words: folded(`${o.label} ${o.group ?? ''} ${o.detail ?? ''}`) }));
  let chosen = all.find((o) => o.value === value) ?? null;
  let active = -1;
  let shown = [];
  let handled = false; // the Enter that is down has chosen

  const list = h('div', { class: 'options', role: 'listbox', id: listID, 'aria-label': label, popover: 'manual' });
  const input = h('input', {
    id: newID('combobox'),
    class: 'input',
    type: 'text',
    role: 'combobox',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': listID,
    'aria-describedby': describedBy,
    placeholder,
    value: chosen?.label ?? '',
    on: {
      click: () => open(true),
      input: () => {
        chosen = null;
        open(false);
        mark(shown.length > 0 ? 0 : -1);
      },
      keydown: key,
      keypress: swallow,
      blur: leave,
    },
  });
  const element = h('div', { class: 'combobox' }, input, icon('chevron'), list);

  const isOpen = () => list.matches(':popover-open');

  function open(everything) {
    const wanted = everything ? [] : folded(input.value).split(/\s+/).filter(Boolean);
    shown = all.filter((o) => wanted.every((w) => o.words.includes(w)));
    active = -1;
    draw();
    if (!isOpen()) {
      list.showPopover();
      document.addEventListener('scroll', scrolled, true);
      addEventListener('resize', close);
    }
    place();
    input.setAttribute('aria-expanded', 'true');
    if (everything && chosen) mark(shown.indexOf(chosen));
  }

  function close() {
    if (list.isConnected && isOpen()) list.hidePopover();
    document.removeEventListener('scroll', scrolled, true);
    removeEventListener('resize', close);
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    active = -1;
  }

  function scrolled(event) {
    if (!list.contains(event.target)) close();
  }

  function draw() {
    const groups = new Map();
    for (const o of shown) {
      if (!groups.has(o.group ?? '')) groups.set(o.group ?? '', []);
      groups.get(o.group ?? '').push(o);
    }
    shown = [...groups.values()].flat();
    list.replaceChildren(
      ...[...groups].map(([name, members]) => {
        const items = members.map((o) =>
          h(
            'div',
            {
              class: 'option',
              role: 'option',
              id: o.id,
              'aria-selected': String(o === chosen),
              data: { value: o.value },
              on: { mousedown: (e) => e.preventDefault(), click: () => take(o) },
            },
            h('span', { class: 'option-label' }, o.label),
            o.detail && h('span', { class: 'option-detail' }, o.detail),
          ),
        );
        if (!name) return h('div', {}, items);
        const heading = newID('group');
        return h('div', { role: 'group', 'aria-labelledby': heading }, h('div', { class: 'option-group', id: heading }, name), items);
      }),
    );
    if (shown.length === 0) list.append(h('p', { class: 'option-none', role: 'status' }, 'Sin resultados. Pruebe con otra palabra.'));
  }

  function place() {
    const box = input.getBoundingClientRect();
    const below = innerHeight - box.bottom - 12;
    const above = box.top - 12;
    const up = below < 180 && above > below;
    list.style.left = `${box.left}px`;
    list.style.width = `${box.width}px`;
    list.style.maxHeight = `${Math.min(320, up ? above : below)}px`;
    list.style.top = up ? 'auto' : `${box.bottom + 4}px`;
    list.style.bottom = up ? `${innerHeight - box.top + 4}px` : 'auto';
  }

  function mark(i) {
    active = i;
    for (const o of list.querySelectorAll('.active')) o.classList.remove('active');
    if (i < 0) {
      input.removeAttribute('aria-activedescendant');
      return;
    }
    const option = document.getElementById(shown[i].id);
    option.classList.add('active');
    option.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', shown[i].id);
  }

  function take(option) {
    chosen = option;
    input.value = option.label;
    close();
    input.dispatchEvent(new Event('change', { bubbles: true }));
    choose(option.value);
  }

  function key(event) {
    if (event.isComposing) return;
    handled = event.key === 'Enter' && isOpen();
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault();
        if (!isOpen()) {
          open(true);
          if (active >= 0) return;
        }
        if (shown.length === 0) return;
        const step = event.key === 'ArrowDown' ? 1 : -1;
        mark(active < 0 ? (step > 0 ? 0 : shown.length - 1) : (active + step + shown.length) % shown.length);
        return;
      }
      case 'Enter':
        if (isOpen()) {
          event.preventDefault();
          if (active >= 0) take(shown[active]);
        }
        return;
      case 'Escape':
        if (isOpen()) {
          event.preventDefault();
          event.stopPropagation();
          close();
        }
        return;
      default:
    }
  }

  // Where the key and its character come apart, the character would send the form.
  function swallow(event) {
    if (event.key === 'Enter' && handled) event.preventDefault();
  }

  // What was typed whole is chosen; what was typed in part is left to be seen.
  function leave() {
    if (!chosen && input.value.trim() !== '') {
      const exact = all.filter((o) => folded(o.label) === folded(input.value.trim()));
      if (exact.length === 1) [chosen] = exact;
    }
    close();
  }

  return {
    element,
    input,
    get value() {
      return chosen?.value ?? '';
    },
    clear() {
      chosen = null;
      input.value = '';
    },
  };
}
