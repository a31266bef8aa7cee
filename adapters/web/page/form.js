// A form of the bot, in a dialog.

import { newIdempotencyKey, postWithRetry } from './api.js';
import { confirm, dialog } from './dialog.js';
import { h } from './dom.js';
import { field } from './field.js';
import { count } from './format.js';

// openForm shows a form, and then each form that is the reply to it. ctx: {person, pane, personName, toast}.
export async function openForm(form, ctx) {
  for (let next = form; next; ) next = await showForm(next, ctx);
}

function showForm(form, ctx) {
  const fields = form.fields.map((f) => field(f, ctx));
  const values = () => Object.fromEntries(fields.map((f) => [f.name, f.value()]));
  const initial = JSON.stringify(values());
  const isUnchanged = () => JSON.stringify(values()) === initial;
  const formError = h('p', { class: 'form-error', role: 'alert' });
  const submit = h('button', { type: 'submit', class: 'button primary' }, form.submit || 'Enviar');

  return dialog({
    title: form.title,
    pane: ctx.pane,
    className: 'form',
    mayClose: async () =>
      isUnchanged() || confirm({ text: 'Lo que escribió en este formulario se perderá.', yes: 'Descartar', no: 'Seguir escribiendo', danger: true, pane: ctx.pane }),
    build: ({ close, element }) => {
      async function send(event) {
        event.preventDefault();
        if (submit.getAttribute('aria-busy') === 'true') return;
        const showErrors = (rejected) => {
          let firstInvalid = null;
          for (const f of fields) {
            f.setError(rejected[f.name]);
            if (rejected[f.name]) firstInvalid ??= f;
          }
          const otherErrors = Object.keys(rejected).filter((name) => !fields.some((f) => f.name === name)).map((name) => rejected[name]);
          const fieldErrors = Object.keys(rejected).length - otherErrors.length;
          formError.textContent = [...otherErrors, fieldErrors > 0 && `Revise ${count(fieldErrors, 'dato', 'datos')} para continuar.`].filter(Boolean).join(' ');
          (firstInvalid ?? fields[0])?.focus();
        };
        showErrors({});
        formError.textContent = '';
        if (element.querySelector('.upload.uploading')) {
          formError.textContent = 'Espere a que terminen de subir los archivos.';
          return;
        }
        submit.setAttribute('aria-busy', 'true');
        try {
          const reply = await postWithRetry(
            '/web/forms',
            { person: ctx.person, once: newIdempotencyKey(), token: form.token, values: values() },
            { maxAttempts: 12, onRetry: () => (formError.textContent = 'Sin conexión. Reintentando…') },
          );
          formError.textContent = '';
          if (reply.reject && Object.keys(reply.reject).length > 0) {
            showErrors(reply.reject);
            if (reply.notice) formError.textContent = reply.notice;
            return;
          }
          if (reply.notice) ctx.toast(reply.notice);
          if (reply.waiting) ctx.toast('Lo enviado se está procesando. La respuesta llegará aquí.');
          close(reply.open);
        } catch (error) {
          formError.textContent = error.message;
        } finally {
          submit.removeAttribute('aria-busy');
        }
      }
      return h(
        'form',
        { class: 'dialog-form', novalidate: true, on: { submit: send } },
        h(
          'div',
          { class: 'dialog-body' },
          h('p', { class: 'as' }, `Responde como ${ctx.personName}`),
          form.text && h('p', { class: 'text' }, form.text),
          formError,
          fields.map((f) => f.element),
        ),
        h(
          'footer',
          { class: 'dialog-foot' },
          h(
            'button',
            {
              type: 'button', class: 'button',
              on: { click: () => element.dispatchEvent(new Event('cancel', { cancelable: true })) },
            },
            'Cancelar',
          ),
          submit,
        ),
      );
    },
  });
}
