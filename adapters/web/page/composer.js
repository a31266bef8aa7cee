// Where one writes: Enter sends, Shift+Enter begins a line, files may be chosen, dropped or pasted.

import { acceptDrops, attachments } from './attach.js';
import { h, icon, newID } from './dom.js';
import { outbox } from './outbox.js';

const drafts = new Map(); // what was typed and not sent, by person and place

// composer writes into a room, or a thread of it. dropOn is where files may be dropped.
export function composer({ person, room, thread, label, dropOn, say }) {
  const place = [person, room, thread ?? ''].join(' ');
  const send = h('button', { type: 'submit', class: 'button primary send', 'aria-label': 'Enviar', title: 'Enviar (Enter)' }, icon('send'));
  const list = attachments({ person, compact: true, changed: () => ready() });
  const text = h('textarea', {
    id: newID('composer'),
    rows: 1,
    'aria-label': label,
    placeholder: label,
    data: { role: 'composer' },
    value: drafts.get(place) ?? '',
    on: { input: typed, keydown: key, keypress: swallow, paste },
  });
  const element = h(
    'form',
    { class: 'composer', on: { submit } },
    list.element,
    h('div', { class: 'composer-row' }, list.input, list.chooser, text, send),
  );
  if (dropOn) acceptDrops(dropOn, (files) => list.add(files));

  function typed() {
    if (text.value) drafts.set(place, text.value);
    else drafts.delete(place);
    grow();
    ready();
  }

  function grow() {
    text.style.height = 'auto';
    if (text.scrollHeight > 0) text.style.height = `${Math.min(text.scrollHeight + 2, 180)}px`;
  }

  function ready() {
    send.setAttribute('aria-disabled', String(list.busy || (text.value.trim() === '' && list.files.length === 0)));
  }

  function key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  }

  // Where the key and its character come apart, the character would begin a line.
  function swallow(event) {
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
      say('Espere a que terminen de subir los archivos.');
      return;
    }
    const words = text.value.trim();
    if (words === '' && list.files.length === 0) return;
    outbox(person).add({ room, thread, text: words, files: list.files });
    text.value = '';
    list.clear();
    typed();
  }

  ready();
  requestAnimationFrame(grow);
  return { element, focus: () => text.focus() };
}
