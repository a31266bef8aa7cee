// The fields of a form: renders each kind, reads its value and shows its error.

import { h, newID } from './dom.js';
import { attachments } from './attachments.js';
import { combobox } from './combobox.js';
import { runes } from './format.js';
import { store } from './store.js';

const maxRadios = 5;

// field returns {element, name, value(), focus(), setError(text)}. ctx: {person}.
export function field(f, ctx) {
  const id = newID('field');
  const hint = f.hint ? h('p', { class: 'hint', id: `${id}-hint` }, f.hint) : null;
  const error = h('p', { class: 'field-error', id: `${id}-error`, hidden: true });
  const described = [hint && hint.id, error.id].filter(Boolean).join(' ');
  const { control, input, value, grouped } = kinds[f.kind]?.(f, id, described, ctx) ?? kinds.line(f, id, described, ctx);
  const label = [f.label, f.optional && h('span', { class: 'optional' }, ' (opcional)')];
  const element = grouped
    ? h('fieldset', { class: 'field', 'aria-describedby': described, data: { field: f.name } }, h('legend', {}, label), hint, control, error)
    : h('div', { class: 'field', data: { field: f.name } }, h('label', { for: input.id }, label), hint, control, error);
  if (!grouped) input.setAttribute('aria-describedby', described);
  if (!f.optional && !grouped) input.setAttribute('aria-required', 'true');
  const setError = (text) => {
    error.hidden = !text;
    error.textContent = text ?? '';
    element.classList.toggle('invalid', Boolean(text));
    if (text) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  for (const type of ['input', 'change']) element.addEventListener(type, () => setError());
  return { element, name: f.name, value, focus: () => input.focus(), setError };
}

const kinds = {
  line(f, id) {
    const input = h('input', { id, class: 'input', type: 'text', name: f.name, value: f.value ?? '', autocomplete: 'off' });
    return withCounter(f, input);
  },

  long(f, id) {
    const input = h('textarea', { id, class: 'input', name: f.name, rows: 5, value: f.value ?? '' });
    return withCounter(f, input);
  },

  pick(f, id) {
    const options = f.options ?? [];
    if (options.length > maxRadios) {
      const input = h(
        'select',
        { id, class: 'input', name: f.name },
        h('option', { value: '' }, 'Elija una opción'),
        grouped(options),
      );
      input.value = f.value ?? '';
      return { control: input, input, value: () => input.value };
    }
    const name = newID('radio');
    const radios = options.map((o) => {
      const radio = h('input', { type: 'radio', name, id: newID('radio'), value: o.value });
      radio.checked = o.value === f.value;
      const row = h(
        'label',
        { class: 'radio', for: radio.id },
        radio,
        h('span', {}, h('span', { class: 'option-label' }, o.label), o.detail && h('span', { class: 'option-detail' }, o.detail)),
      );
      return { radio, row };
    });
    if (f.optional && radios.length > 0) {
      // A radio button cannot be cleared, so an optional field has one more for no answer.
      const radio = h('input', { type: 'radio', name, id: newID('radio'), value: '' });
      radio.checked = !radios.some((r) => r.radio.checked);
      radios.push({ radio, row: h('label', { class: 'radio', for: radio.id }, radio, h('span', { class: 'option-label' }, 'Sin respuesta')) });
    }
    return {
      grouped: true,
      control: h('div', { class: 'radios' }, radios.map((r) => r.row)),
      input: radios[0]?.radio ?? h('input'),
      value: () => radios.find((r) => r.radio.checked)?.radio.value ?? '',
    };
  },

  search(f, id, described) {
    return searchField(f, f.options ?? [], described, 'Escriba para buscar');
  },

  who(f, id, described) {
    const people = [...store.people.values()].map((p) => ({ label: p.name, value: p.id, detail: store.roles[p.role] }));
    const options = f.options?.length ? f.options : people;
    return searchField(f, options, described, 'Escriba un nombre');
  },

  day(f, id) {
    const input = h('input', { id, class: 'input', type: 'date', name: f.name, value: f.value ?? '' });
    return { control: input, input, value: () => input.value };
  },

  attach(f, id, described, ctx) {
    const list = attachments({ person: ctx.person, files: f.files ?? [], id });
    return { control: list.element, input: list.input, value: () => list.files.map((file) => file.id).join(' ') };
  },
};

function grouped(options) {
  const groups = new Map();
  for (const o of options) {
    if (!groups.has(o.group ?? '')) groups.set(o.group ?? '', []);
    groups.get(o.group ?? '').push(h('option', { value: o.value }, o.detail ? `${o.label}: ${o.detail}` : o.label));
  }
  return [...groups].map(([name, members]) => (name ? h('optgroup', { label: name }, members) : members));
}

function searchField(f, options, describedBy, placeholder) {
  const box = combobox({ label: f.label, options, value: f.value, placeholder, describedBy });
  box.input.name = f.name;
  return { control: box.element, input: box.input, value: () => box.value };
}

// withCounter shows how much of a limited text is used. It does not cut a text that is too long.
function withCounter(f, input) {
  if (!f.max) return { control: input, input, value: () => input.value };
  const counter = h('p', { class: 'counter', 'aria-hidden': 'true' });
  const update = () => {
    const n = runes(input.value);
    counter.textContent = n > f.max ? `Sobran ${n - f.max} caracteres` : `${n} de ${f.max}`;
    counter.classList.toggle('over', n > f.max);
  };
  input.addEventListener('input', update);
  update();
  return { control: h('div', {}, input, counter), input, value: () => input.value };
}
