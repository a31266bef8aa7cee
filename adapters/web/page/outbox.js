// Messages on their way. They are kept in the browser until the server has them, so
// that neither a lost connection nor a closed page loses one; the UUID keeps the server
// from taking one twice.

import { once, postUntil } from './api.js';
import { recall, remember } from './memory.js';
import { notify, store, number } from './store.js';

const boxes = new Map();

class Outbox {
  constructor(person) {
    this.person = person;
    this.items = recall(`outbox.${person}`, []).map((item) => ({ ...item, state: 'sending' }));
    this.sending = false;
    this.flush();
  }

  add({ room, thread, text, files }) {
    this.items.push({ once: once(), room, thread, text, files, at: new Date().toISOString(), state: 'sending' });
    this.changed();
    this.flush();
  }

  discard(item) {
    this.items = this.items.filter((i) => i !== item);
    this.changed();
    this.flush();
  }

  // Messages arrive in the order in which they were written: one at a time.
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
        const { message } = await postUntil('/web/messages', body, {
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
    remember(`outbox.${this.person}`, this.items.map(({ state, error, ...item }) => item));
    notify({ person: this.person, pending: true });
  }
}

export function outbox(person) {
  if (!boxes.has(person)) boxes.set(person, new Outbox(person));
  return boxes.get(person);
}

// pending are the messages of a place that are not in it yet.
export function pending(person, room, thread) {
  const arrived = new Set();
  for (const m of store.chats.get(person)?.rooms.get(room)?.messages.values() ?? []) if (m.once) arrived.add(m.once);
  return outbox(person).items.filter(
    (i) => i.room === room && (i.thread ? number(i.thread) : 0) === (thread ?? 0) && !arrived.has(i.once),
  );
}
