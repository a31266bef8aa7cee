// The messages of a room, or of a thread: drawn again where they changed, kept at the
// end while one reads the end.

import { article, pendingArticle } from './article.js';
import { h, icon, reconcile } from './dom.js';
import { day, dayKey } from './format.js';
import { outbox, pending } from './outbox.js';
import { loadEarlier, number, store } from './store.js';
import { markRoom, markThread, unreadInThread } from './unread.js';

const nearEnd = 80;

// messageList ctx: {person, room, thread?, label, empty, press, openThread?, say, seen}.
export function messageList(ctx) {
  const { person, thread } = ctx;
  const room = () => store.chats.get(person)?.rooms.get(ctx.room);
  const items = h('div', { class: 'messages' });
  const log = h('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': ctx.label, tabindex: 0 }, items);
  const jump = h('button', { type: 'button', class: 'jump', hidden: true, on: { click: () => toEnd() } }, icon('down'), 'Hay mensajes nuevos');
  const element = h('div', { class: 'log-frame' }, log, jump);
  let following = true;
  let top = 0;

  // Only who scrolls up stops following: what grows below by itself does not.
  log.addEventListener('scroll', () => {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < nearEnd;
    if (atEnd) following = true;
    else if (log.scrollTop < top) following = false;
    top = log.scrollTop;
    if (following) see();
  });
  const grown = new ResizeObserver(() => {
    if (following) toEnd();
  });
  grown.observe(items);
  grown.observe(log);

  function toEnd() {
    log.scrollTop = log.scrollHeight;
    following = true;
    see();
  }

  function see() {
    jump.hidden = true;
    if (document.hidden || !element.isConnected || element.offsetParent === null) return;
    const here = room();
    if (here && (thread ? markThread(person, here, thread) : markRoom(person, here))) ctx.seen();
  }

  function update(change = {}) {
    const here = room();
    if (!here) return;
    const list = here.list(thread);
    const root = thread ? here.messages.get(thread) : null;
    const waiting = pending(person, ctx.room, thread);
    const rows = [];
    if (root) {
      rows.push(row(root, here));
      rows.push({ key: 'replies', stamp: root.replies, make: () => h('p', { class: 'divider' }, h('span', {}, 'Respuestas')) });
    }
    const more = thread ? (root?.replies ?? 0) > list.length && list.length > 0 : here.earlier;
    if (more) rows.push({ key: 'earlier', stamp: 'earlier', make: earlier });
    let lastDay = root ? dayKey(root.at) : '';
    for (const m of list) {
      const key = dayKey(m.at);
      if (key !== lastDay) rows.push({ key: `day ${key}`, stamp: day(m.at), make: () => h('p', { class: 'divider' }, h('span', {}, day(m.at))) });
      lastDay = key;
      rows.push(row(m, here));
    }
    for (const item of waiting) {
      rows.push({
        key: item.once, stamp: `${item.state} ${item.error ?? ''}`,
        make: () => pendingArticle(item, { discard: (i) => outbox(person).discard(i) }),
      });
    }
    if (list.length === 0 && waiting.length === 0) {
      rows.push({ key: 'empty', stamp: ctx.empty, make: () => h('p', { class: 'empty' }, ctx.empty) });
    }
    const mine = change.pending || change.message?.from === person;
    reconcile(items, rows);
    if (following || mine) toEnd();
    else if (change.fresh) jump.hidden = false;
  }

  const stamps = new WeakMap();
  let drawn = 0;

  function row(m, here) {
    const unread = thread ? 0 : unreadInThread(person, here, number(m.id));
    if (!stamps.has(m)) stamps.set(m, (drawn += 1));
    return {
      key: m.id,
      stamp: `${stamps.get(m)} ${m.replies} ${unread}`,
      make: () => article(m, { person, press: ctx.press, openThread: ctx.openThread, unread }),
    };
  }

  function earlier() {
    const button = h('button', { type: 'button', class: 'link', on: { click: more } }, 'Ver anteriores');
    return h('p', { class: 'earlier' }, button);
    async function more() {
      button.setAttribute('aria-busy', 'true');
      const height = log.scrollHeight;
      following = false;
      try {
        await loadEarlier(person, ctx.room, thread);
        log.scrollTop += log.scrollHeight - height;
        log.focus();
      } catch (error) {
        ctx.say(error.message);
      }
      button.removeAttribute('aria-busy');
    }
  }

  return { element, update, see, stop: () => grown.disconnect() };
}
