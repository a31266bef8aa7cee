// The composer: Enter sends, Shift+Enter begins a line, files are chosen, dropped or pasted.

import { acceptDrops, attachments } from './attachments.js';
import { h, icon, newID } from './dom.js';
import { outbox } from './outbox.js';

const drafts = new Map(); // texts that were not sent, by person, room and thread

// composer writes into a room, or a thread of it. Files can be dropped on dropTarget.
export function composer({ person, room, thread, label, dropTarget, toast }) {
  const draftKey = [person, room, thread ?? ''].join(' ');
  const send = h('button', { type: 'submit', class: 'button primary send', 'aria-label': 'Enviar', title: 'Enviar (Enter)' }, icon('send'));
  const list = attachments({ person, compact: true, onChange: () => updateSend() });
  const text = h('textarea', {
    id: newID('composer'),
    rows: 1,
    'aria-label': label,
    placeholder: label,
    data: { role: 'composer' },
    value: drafts.get(draftKey) ?? '',
    on: { input: onInput, keydown: onKeydown, keypress: onKeypress, paste },
  });
  const element = h(
    'form',
    { class: 'composer', on: { submit } },
    list.element,
    h('div', { class: 'composer-row' }, list.input, list.chooser, text, send),
  );
  if (dropTarget) acceptDrops(dropTarget, list.add);

  function onInput() {
    if (text.value) drafts.set(draftKey, text.value);
    else drafts.delete(draftKey);
    fitHeight();
    updateSend();
  }

  function fitHeight() {
    text.style.height = 'auto';
    if (text.scrollHeight > 0) text.style.height = `${Math.min(text.scrollHeight + 2, 180)}px`;
  }

  function updateSend() {
    send.setAttribute('aria-disabled', String(list.busy || (text.value.trim() === '' && list.files.length === 0)));
  }

  function onKeydown(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  }

  // Some input methods send the character after the key. It would begin a line.
  function onKeypress(event) {
    if (event.key === 'Enter' && !event.shiftKey) event.preventDefault();
  }

  function paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    list.add(files);
  }

  function submit(event) {
    event?.preventDefault();
    if (list.busy) {
      toast('Espere a que terminen de subir los archivos.');
      return;
    }
    const trimmed = text.value.trim();
    if (trimmed === '' && list.files.length === 0) return;
    outbox(person).enqueue({ room, thread, text: trimmed, files: list.files });
    text.value = '';
    list.clear();
    onInput();
  }

  updateSend();
  requestAnimationFrame(fitHeight);
  return { element, focus: () => text.focus() };
}
