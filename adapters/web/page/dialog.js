// Dialogs, one at a time. The next one opens when the previous one closes.

import { h, icon, newID } from './dom.js';

let previous = Promise.resolve();

// dialog shows the element that build({close, element}) returns, under a title. It resolves with
// the value that close gets. Escape and the close button close it only where mayClose resolves to true.
export function dialog({ title, pane, build, mayClose = () => true, className = '' }) {
  const closed = previous.then(
    () =>
      new Promise((resolve) => {
        const heading = newID('title');
        const opener = document.activeElement;
        const openerDo = opener?.dataset?.do;
        const openerMessage = opener?.closest?.('[data-message]')?.dataset.message;
        const openerPane = opener?.closest?.('[data-pane]')?.dataset.pane;
        let result;
        const element = h('dialog', { class: `dialog ${className}`, 'aria-labelledby': heading, data: pane ? { forPane: pane } : {} });
        const close = (value) => {
          result = value;
          element.close();
        };
        const cancel = async (event) => {
          event.preventDefault();
          if (await mayClose()) close();
        };
        element.append(
          h(
            'header',
            { class: 'dialog-head' },
            h('h2', { id: heading }, title),
            h('button', { type: 'button', class: 'quiet icon-button', 'aria-label': 'Cerrar', on: { click: cancel } }, icon('close')),
          ),
          build({ close, element }),
        );
        element.addEventListener('cancel', cancel);
        element.addEventListener('close', () => {
          element.remove();
          // The opener may have been redrawn, or removed with its card.
          const redrawn = openerMessage && document.querySelector(`[data-pane="${CSS.escape(openerPane ?? '')}"] [data-message="${CSS.escape(openerMessage)}"] [data-do="${CSS.escape(openerDo ?? '')}"]`);
          const composer = document.querySelector(`[data-pane="${CSS.escape(openerPane ?? '1')}"] textarea[data-role=composer]`);
          // The browser returns the focus while the field is still inert, and then shows no caret.
          document.activeElement?.blur();
          (opener?.isConnected && opener !== document.body ? opener : redrawn ?? composer)?.focus();
          resolve(result);
        });
        document.body.append(element);
        element.showModal();
        (element.querySelector('[data-first], .dialog-body input:not([type=file]), .dialog-body textarea, .dialog-body select') ?? element.querySelector('.dialog-foot button'))?.focus();
      }),
  );
  previous = closed.catch(() => {});
  return closed;
}

// confirm asks a yes-or-no question. It may open over another dialog.
export function confirm({ text, yes, no = 'No, volver', danger, pane }) {
  const outer = previous;
  previous = Promise.resolve();
  const confirmed = dialog({
    title: 'Confirme',
    pane,
    className: 'small',
    build: ({ close }) => {
      const buttons = h(
        'footer',
        { class: 'dialog-foot' },
        h('button', { type: 'button', class: 'button', data: { first: '' }, on: { click: () => close(false) } }, no),
        h('button', { type: 'button', class: `button ${danger ? 'danger' : 'primary'}`, data: { role: 'confirm' }, on: { click: () => close(true) } }, yes),
      );
      return h('div', { class: 'dialog-form' }, h('div', { class: 'dialog-body' }, h('p', { class: 'text' }, text)), buttons);
    },
  });
  previous = outer;
  return confirmed;
}
