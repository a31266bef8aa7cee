// Dialogs: one at a time, the next when the first is closed.

import { h, icon, newID } from './dom.js';

let previous = Promise.resolve();

// dialog shows what build({close, element}) returns, under a title, and resolves with
// what close was given. mayClose is asked before Escape or the cross close it.
export function dialog({ title, pane, build, mayClose = () => true, className = '' }) {
  const shown = previous.then(
    () =>
      new Promise((resolve) => {
        const heading = newID('title');
        const back = document.activeElement;
        const backDo = back?.dataset?.do;
        const backMessage = back?.closest?.('[data-message]')?.dataset.message;
        const backPane = back?.closest?.('[data-pane]')?.dataset.pane;
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
          // The button may have been drawn anew, or be gone with its card.
          const same = backMessage && document.querySelector(`[data-pane="${CSS.escape(backPane ?? '')}"] [data-message="${CSS.escape(backMessage)}"] [data-do="${CSS.escape(backDo ?? '')}"]`);
          const composer = document.querySelector(`[data-pane="${CSS.escape(backPane ?? '1')}"] textarea[data-role=composer]`);
          // The browser gives the focus back while the field is still inert, without its caret.
          document.activeElement?.blur();
          (back?.isConnected && back !== document.body ? back : same ?? composer)?.focus();
          resolve(result);
        });
        document.body.append(element);
        element.showModal();
        (element.querySelector('[data-first], .dialog-body input:not([type=file]), .dialog-body textarea, .dialog-body select') ?? element.querySelector('.dialog-foot button'))?.focus();
      }),
  );
  previous = shown.catch(() => {});
  return shown;
}

// confirm asks before something is done. It may stand over another dialog.
export function confirm({ text, yes, no = 'No, volver', danger, pane }) {
  const before = previous;
  previous = Promise.resolve();
  const asked = dialog({
    title: 'Confirme',
    pane,
    className: 'small',
    build: ({ close }) => {
      const answers = h(
        'footer',
        { class: 'dialog-foot' },
        h('button', { type: 'button', class: 'button', data: { first: '' }, on: { click: () => close(false) } }, no),
        h('button', { type: 'button', class: `button ${danger ? 'danger' : 'primary'}`, data: { role: 'confirm' }, on: { click: () => close(true) } }, yes),
      );
      return h('div', { class: 'dialog-form' }, h('div', { class: 'dialog-body' }, h('p', { class: 'text' }, text)), answers);
    },
  });
  previous = before;
  return asked;
}
