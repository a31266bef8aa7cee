// A form of the bot, as a dialog.

import { once, postUntil } from './api.js';
import { confirm, dialog } from './dialog.js';
import { h } from './dom.js';
import { field } from './field.js';
import { count } from './format.js';

// openForm asks until the form is taken or given up. ctx: {person, pane, as, say(notice)}.
export async function openForm(form, ctx) {
  for (let next = form; next; ) next = await ask(next, ctx);
}

function ask(form, ctx) {
  const fields = form.fields.map((f) => field(f, ctx));
  const read = () => Object.fromEntries(fields.map((f) => [f.name, f.value()]));
  const first = JSON.stringify(read());
  const pristine = () => JSON.stringify(read()) === first;
  const sentence = h('p', { class: 'form-error', role: 'alert' });
  const submit = h('button', { type: 'submit', class: 'button primary' }, form.submit || 'Enviar');

  return dialog({
    title: form.title,
    pane: ctx.pane,
    className: 'form',
    mayClose: async () =>
      pristine() || confirm({ text: 'Lo que escribió en este formulario se perderá.', yes: 'Descartar', no: 'Seguir escribiendo', danger: true, pane: ctx.pane }),
    build: ({ close, element }) => {
      async function send(event) {
        event.preventDefault();
        if (submit.getAttribute('aria-busy') === 'true') return;
        const complain = (rejected) => {
          let firstWrong = null;
          for (const f of fields) {
            f.complain(rejected[f.name]);
            if (rejected[f.name]) firstWrong ??= f;
          }
          const elsewhere = Object.keys(rejected).filter((name) => !fields.some((f) => f.name === name)).map((name) => rejected[name]);
          const here = Object.keys(rejected).length - elsewhere.length;
          sentence.textContent = [...elsewhere, here > 0 && `Revise ${count(here, 'dato', 'datos')} para continuar.`].filter(Boolean).join(' ');
          (firstWrong ?? fields[0])?.focus();
        };
        complain({});
        sentence.textContent = '';
        if (element.querySelector('.upload.uploading')) {
          sentence.textContent = 'Espere a que terminen de subir los archivos.';
          return;
        }
        submit.setAttribute('aria-busy', 'true');
        try {
          const answer = await postUntil(
            '/web/forms',
            { person: ctx.person, once: once(), token: form.token, values: read() },
            { tries: 12, onRetry: () => (sentence.textContent = 'Sin conexión. Reintentando…') },
          );
          sentence.textContent = '';
          if (answer.reject && Object.keys(answer.reject).length > 0) {
            complain(answer.reject);
            if (answer.notice) sentence.textContent = answer.notice;
            return;
          }
          if (answer.notice) ctx.say(answer.notice);
          if (answer.waiting) ctx.say('Lo enviado se está procesando. La respuesta llegará aquí.');
          close(answer.open);
        } catch (error) {
          sentence.textContent = error.message;
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
          h('p', { class: 'as' }, `Responde como ${ctx.as}`),
          form.text && h('p', { class: 'text' }, form.text),
          sentence,
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
