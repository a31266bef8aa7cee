// A combobox: one of many options, found by typing. Arrows move; Enter or a click chooses.

import { h, icon, newID } from './dom.js';
import { foldText } from './format.js';

export function combobox({ label, options, value = '', placeholder = '', describedBy, onChoose = () => {} }) {
  const listID = newID('options');
  const all = options.map((o) => ({ ...o, id: newID('option'), searchText: foldText(`${o.label} ${o.group ?? ''} ${o.detail ?? ''}`) }));
  let chosen = all.find((o) => o.value === value) ?? null;
  let active = -1;
  let matches = [];
  let enterHandled = false; // the Enter key that is down has chosen an option

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
        setActive(matches.length > 0 ? 0 : -1);
      },
      keydown: onKeydown,
      keypress: onKeypress,
      blur: onBlur,
    },
  });
  const element = h('div', { class: 'combobox' }, input, icon('chevron'), list);

  const isOpen = () => list.matches(':popover-open');

  function open(showAll) {
    const terms = showAll ? [] : foldText(input.value).split(/\s+/).filter(Boolean);
    matches = all.filter((o) => terms.every((t) => o.searchText.includes(t)));
    active = -1;
    draw();
    if (!isOpen()) {
      list.showPopover();
      document.addEventListener('scroll', onScroll, true);
      addEventListener('resize', close);
    }
    setPosition();
    input.setAttribute('aria-expanded', 'true');
    if (showAll && chosen) setActive(matches.indexOf(chosen));
  }

  function close() {
    if (list.isConnected && isOpen()) list.hidePopover();
    document.removeEventListener('scroll', onScroll, true);
    removeEventListener('resize', close);
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    active = -1;
  }

  function onScroll(event) {
    if (!list.contains(event.target)) close();
  }

  function draw() {
    const groups = new Map();
    for (const o of matches) {
      if (!groups.has(o.group ?? '')) groups.set(o.group ?? '', []);
      groups.get(o.group ?? '').push(o);
    }
    matches = [...groups.values()].flat();
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
              on: { mousedown: (e) => e.preventDefault(), click: () => choose(o) },
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
    if (matches.length === 0) list.append(h('p', { class: 'option-none', role: 'status' }, 'Sin resultados. Pruebe con otra palabra.'));
  }

  function setPosition() {
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

  function setActive(i) {
    active = i;
    for (const o of list.querySelectorAll('.active')) o.classList.remove('active');
    if (i < 0) {
      input.removeAttribute('aria-activedescendant');
      return;
    }
    const option = document.getElementById(matches[i].id);
    option.classList.add('active');
    option.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', matches[i].id);
  }

  function choose(option) {
    chosen = option;
    input.value = option.label;
    close();
    input.dispatchEvent(new Event('change', { bubbles: true }));
    onChoose(option.value);
  }

  function onKeydown(event) {
    if (event.isComposing) return;
    enterHandled = event.key === 'Enter' && isOpen();
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault();
        if (!isOpen()) {
          open(true);
          if (active >= 0) return;
        }
        if (matches.length === 0) return;
        const step = event.key === 'ArrowDown' ? 1 : -1;
        setActive(active < 0 ? (step > 0 ? 0 : matches.length - 1) : (active + step + matches.length) % matches.length);
        return;
      }
      case 'Enter':
        if (isOpen()) {
          event.preventDefault();
          if (active >= 0) choose(matches[active]);
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

  // Some input methods send the character after the key. It would submit the form.
  function onKeypress(event) {
    if (event.key === 'Enter' && enterHandled) event.preventDefault();
  }

  // onBlur chooses the option whose label was typed in full. Other text stays as it is.
  function onBlur() {
    if (!chosen && input.value.trim() !== '') {
      const exact = all.filter((o) => foldText(o.label) === foldText(input.value.trim()));
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
