// The dialog that adds a person to the chat.

import { newIdempotencyKey, postWithRetry } from './api.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';
import { field } from './field.js';
import { notify, store } from './store.js';

// addPerson resolves with the id of the new person, or with nothing.
export function addPerson() {
  const name = field({ name: 'name', label: 'Nombre', hint: 'No use el nombre de una persona real.', kind: 'line', max: 80 }, {});
  const roles = ['user', 'agent', 'official', 'supervisor'].map((value) => ({ value, label: store.roles[value] ?? value }));
  const role = field({ name: 'role', label: '¿Qué es?', kind: 'pick', options: roles, value: 'user' }, {});
  const formError = h('p', { class: 'form-error', role: 'alert' });
  const submit = h('button', { type: 'submit', class: 'button primary' }, 'Agregar');
  const key = newIdempotencyKey();
  return dialog({
    title: 'Agregar persona',
    className: 'form',
    build: ({ close }) => {
      async function send(event) {
        event.preventDefault();
        if (submit.getAttribute('aria-busy') === 'true') return;
        for (const f of [name, role]) f.setError();
        formError.textContent = '';
        submit.setAttribute('aria-busy', 'true');
        try {
          const person = await postWithRetry('/web/people', { once: key, name: name.value(), role: role.value() }, { maxAttempts: 8 });
          store.people.set(person.id, person);
          notify({ people: true });
          close(person.id);
        } catch (error) {
          const invalid = { name, role }[error.field];
          if (invalid) {
            invalid.setError(error.message);
            invalid.focus();
          } else {
            formError.textContent = error.message;
          }
        } finally {
          submit.removeAttribute('aria-busy');
        }
      }
      return h(
        'form',
        { class: 'dialog-form', novalidate: true, on: { submit: send } },
        h('div', { class: 'dialog-body' }, formError, name.element, role.element),
        h('footer', { class: 'dialog-foot' }, h('button', { type: 'button', class: 'button', on: { click: () => close() } }, 'Cancelar'), submit),
      );
    },
  });
}
