// The list of messages of a room or of a thread. It redraws what changed, and follows the end
// unless the person scrolls up.

import { messageElement, pendingElement } from './message.js';
import { h, icon, reconcile } from './dom.js';
import { day, dayKey } from './format.js';
import { outbox, pendingItems } from './outbox.js';
import { loadEarlier, number, store } from './store.js';
import { markRoomRead, markThreadRead, unreadInThread } from './unread.js';

const endMargin = 80; // pixels

// messageList ctx: {person, room, thread?, label, empty, press, openThread?, toast, onRead}.
export function messageList(ctx) {
  const { person, thread } = ctx;
  const room = () => store.chats.get(person)?.rooms.get(ctx.room);
  const items = h('div', { class: 'messages' });
  const log = h('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': ctx.label, tabindex: 0 }, items);
  const jump = h('button', { type: 'button', class: 'jump', hidden: true, on: { click: () => scrollToEnd() } }, icon('down'), 'Hay mensajes nuevos');
  const element = h('div', { class: 'log-frame' }, log, jump);
  let following = true;
  let scrollTop = 0;

  // Only scrolling up stops the following. New content below does not.
  log.addEventListener('scroll', () => {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < endMargin;
    if (atEnd) following = true;
    else if (log.scrollTop < scrollTop) following = false;
    scrollTop = log.scrollTop;
    if (following) markRead();
  });
  const resizeObserver = new ResizeObserver(() => {
    if (following) scrollToEnd();
  });
  resizeObserver.observe(items);
  resizeObserver.observe(log);

  function scrollToEnd() {
    log.scrollTop = log.scrollHeight;
    following = true;
    markRead();
  }

  // markRead marks the messages as read while the page shows them.
  function markRead() {
    jump.hidden = true;
    if (document.hidden || !element.isConnected || element.offsetParent === null) return;
    const current = room();
    if (current && (thread ? markThreadRead(person, current, thread) : markRoomRead(person, current))) ctx.onRead();
  }

  function update(change = {}) {
    const current = room();
    if (!current) return;
    const list = current.list(thread);
    const root = thread ? current.messages.get(thread) : null;
    const pending = pendingItems(person, ctx.room, thread);
    const rows = [];
    if (root) {
      rows.push(row(root, current));
      rows.push({ key: 'replies', stamp: root.replies, make: () => h('p', { class: 'divider' }, h('span', {}, 'Respuestas')) });
    }
    const hasEarlier = thread ? (root?.replies ?? 0) > list.length && list.length > 0 : current.earlier;
    if (hasEarlier) rows.push({ key: 'earlier', stamp: 'earlier', make: earlierRow });
    let lastDay = root ? dayKey(root.at) : '';
    for (const m of list) {
      const key = dayKey(m.at);
      if (key !== lastDay) rows.push({ key: `day ${key}`, stamp: day(m.at), make: () => h('p', { class: 'divider' }, h('span', {}, day(m.at))) });
      lastDay = key;
      rows.push(row(m, current));
    }
    for (const item of pending) {
      rows.push({
        key: item.once, stamp: `${item.state} ${item.error ?? ''}`,
        make: () => pendingElement(item, { discard: (i) => outbox(person).discard(i) }),
      });
    }
    if (list.length === 0 && pending.length === 0) {
      rows.push({ key: 'empty', stamp: ctx.empty, make: () => h('p', { class: 'empty' }, ctx.empty) });
    }
    const isOwn = change.pending || change.message?.from === person;
    reconcile(items, rows);
    if (following || isOwn) scrollToEnd();
    else if (change.isNew) jump.hidden = false;
  }

  // Each version of a message is an object of its own, and gets a number.
  const versions = new WeakMap();
  let lastVersion = 0;

  function row(m, current) {
    const unread = thread ? 0 : unreadInThread(person, current, number(m.id));
    if (!versions.has(m)) versions.set(m, (lastVersion += 1));
    return {
      key: m.id,
      stamp: `${versions.get(m)} ${m.replies} ${unread}`,
      make: () => messageElement(m, { person, press: ctx.press, openThread: ctx.openThread, unread }),
    };
  }

  function earlierRow() {
    const button = h('button', { type: 'button', class: 'link', on: { click: loadMore } }, 'Ver anteriores');
    return h('p', { class: 'earlier' }, button);
    async function loadMore() {
      button.setAttribute('aria-busy', 'true');
      const height = log.scrollHeight;
      following = false;
      try {
        await loadEarlier(person, ctx.room, thread);
        log.scrollTop += log.scrollHeight - height;
        log.focus();
      } catch (error) {
        ctx.toast(error.message);
      }
      button.removeAttribute('aria-busy');
    }
  }

  return { element, update, markRead, stop: () => resizeObserver.disconnect() };
}
