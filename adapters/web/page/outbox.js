// Messages that the server has not confirmed. They stay in local storage until it has, so a lost
// connection or a closed page loses none. The idempotency key makes repetitions harmless.

import { newIdempotencyKey, postWithRetry } from './api.js';
import { loadItem, saveItem } from './storage.js';
import { notify, store, number } from './store.js';

const outboxes = new Map();

// Outbox holds items {once, room, thread, text, files, at, state, error}. once is the idempotency
// key. state is 'sending', 'retrying' or 'refused'; state and error are not stored.
class Outbox {
  constructor(person) {
    this.person = person;
    this.items = loadItem(`outbox.${person}`, []).map((item) => ({ ...item, state: 'sending' }));
    this.sending = false;
    this.flush();
  }

  enqueue({ room, thread, text, files }) {
    this.items.push({ once: newIdempotencyKey(), room, thread, text, files, at: new Date().toISOString(), state: 'sending' });
    this.changed();
    this.flush();
  }

  discard(item) {
    this.items = this.items.filter((i) => i !== item);
    this.changed();
    this.flush();
  }

  // flush sends one message at a time, so they arrive in the order in which they were written.
  async flush() {
    if (this.sending) return;
    this.sending = true;
    for (;;) {
      const item = this.items.find((i) => i.state !== 'refused');
      if (!item) break;
      try {
        const body = {
          person: this.person, once: item.once, room: item.room, thread: item.thread ?? '', text: item.text,
          files: item.files.map((f) => f.id),
        };
        const { message } = await postWithRetry('/web/messages', body, {
          onRetry: () => {
            item.state = 'retrying';
            this.changed();
          },
        });
        this.items = this.items.filter((i) => i !== item);
        const chat = store.chats.get(this.person);
        if (!chat?.rooms.get(message.room)?.messages.has(number(message.id))) chat?.apply(message);
      } catch (error) {
        item.state = 'refused';
        item.error = error.message;
      }
      this.changed();
    }
    this.sending = false;
  }

  changed() {
    saveItem(`outbox.${this.person}`, this.items.map(({ state, error, ...item }) => item));
    notify({ person: this.person, pending: true });
  }
}

export function outbox(person) {
  if (!outboxes.has(person)) outboxes.set(person, new Outbox(person));
  return outboxes.get(person);
}

// pendingItems are the items of a room or thread whose messages have not arrived as events.
export function pendingItems(person, room, thread) {
  const arrived = new Set();
  for (const m of store.chats.get(person)?.rooms.get(room)?.messages.values() ?? []) if (m.once) arrived.add(m.once);
  return outbox(person).items.filter(
    (i) => i.room === room && (i.thread ? number(i.thread) : 0) === (thread ?? 0) && !arrived.has(i.once),
  );
}
