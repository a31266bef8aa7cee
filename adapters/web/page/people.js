// Adding somebody to the chat.

import { once, postUntil } from './api.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';
import { field } from './field.js';
import { notify, store } from './store.js';

// addPerson resolves with the new person's id, or nothing.
export function addPerson() {
  const name = field({ name: 'name', label: 'Nombre', hint: 'No use el nombre de una persona real.', kind: 'line', max: 80 }, {});
  const roles = ['user', 'agent', 'official', 'supervisor'].map((value) => ({ value, label: store.roles[value] ?? value }));
  const role = field({ name: 'role', label: '¿Qué es?', kind: 'pick', options: roles, value: 'user' }, {});
  const sentence = h('p', { class: 'form-error', role: 'alert' });
  const submit = h('button', { type: 'submit', class: 'button primary' }, 'Agregar');
  const same = once();
  return dialog({
    title: 'Agregar persona',
    className: 'form',
    build: ({ close }) => {
      async function send(event) {
        event.preventDefault();
        if (submit.getAttribute('aria-busy') === 'true') return;
        for (const f of [name, role]) f.complain();
        sentence.textContent = '';
        submit.setAttribute('aria-busy', 'true');
        try {
          const person = await postUntil('/web/people', { once: same, name: name.value(), role: role.value() }, { tries: 8 });
          store.people.set(person.id, person);
          notify({ people: true });
          close(person.id);
        } catch (error) {
          const wrong = { name, role }[error.field];
          if (wrong) {
            wrong.complain(error.message);
            wrong.focus();
          } else {
            sentence.textContent = error.message;
          }
        } finally {
          submit.removeAttribute('aria-busy');
        }
      }
      return h(
        'form',
        { class: 'dialog-form', novalidate: true, on: { submit: send } },
        h('div', { class: 'dialog-body' }, sentence, name.element, role.element),
        h('footer', { class: 'dialog-foot' }, h('button', { type: 'button', class: 'button', on: { click: () => close() } }, 'Cancelar'), submit),
      );
    },
  });
}
