// The chat as each of the page's people sees it. A message always comes whole and as it
// stands now, so that applying it twice, or late, changes nothing.

import { get } from './api.js';

export const number = (id) => Number(id.slice(1));

export const store = {
  people: new Map(),
  roles: {},
  chats: new Map(), // person to Chat
  maxBytes: Infinity,
  version: null,
};

const listeners = new Set();

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// notify tells of a change: {person?, room?, message?, fresh?}.
export function notify(change) {
  for (const listener of [...listeners]) listener(change);
}

export const personOf = (id) => store.people.get(id) ?? { id, name: 'Alguien', role: 'user' };

class Room {
  constructor({ id, name, direct, earlier, messages }) {
    Object.assign(this, { id, name, direct: Boolean(direct), earlier: Boolean(earlier) });
    this.messages = new Map();
    this.top = []; // numbers of the messages that stand in the room itself
    this.threads = new Map(); // number to the numbers of its replies that are here
    for (const m of messages) this.put(m, m.replies ?? 0);
  }

  put(message, replies) {
    const n = number(message.id);
    const known = this.messages.get(n);
    this.messages.set(n, { ...message, replies });
    if (known) return known;
    const list = message.thread ? this.thread(number(message.thread)) : this.top;
    let i = list.length;
    while (i > 0 && list[i - 1] > n) i -= 1;
    list.splice(i, 0, n);
    return null;
  }

  thread(root) {
    if (!this.threads.has(root)) this.threads.set(root, []);
    return this.threads.get(root);
  }

  list(thread) {
    return (thread ? this.threads.get(thread) ?? [] : this.top).map((n) => this.messages.get(n));
  }
}

class Chat {
  constructor(state) {
    this.me = state.me;
    this.position = state.position;
    this.rooms = new Map(state.rooms.map((r) => [r.id, new Room(r)]));
  }

  // replies is how many stand in the thread of the message, as far as that is known.
  apply(message, replies) {
    const room = this.rooms.get(message.room);
    if (!room) return;
    // A reply under a message that has not been read yet comes with it, when that is read.
    if (message.thread && !room.messages.has(number(message.thread))) return;
    const known = room.put(message, message.thread ? 0 : replies ?? 0);
    const fresh = known === null;
    if (message.thread) {
      const root = room.messages.get(number(message.thread));
      const now = replies ?? root.replies + (fresh ? 1 : 0);
      if (now !== root.replies) room.messages.set(number(message.thread), { ...root, replies: now });
    }
    notify({ person: this.me.id, room: room.id, message, fresh, known });
  }
}

const loading = new Map();

// load reads the chat of a person, once for all panes that ask for it.
export function load(person) {
  if (!loading.has(person)) {
    loading.set(person, read(person).finally(() => loading.delete(person)));
  }
  return loading.get(person);
}

async function read(person) {
  const state = await get('/web/state', { person });
  store.roles = state.roles;
  store.maxBytes = state.maxBytes;
  store.version ??= state.version;
  for (const p of state.people) store.people.set(p.id, p);
  const chat = new Chat(state);
  store.chats.set(person, chat);
  notify({ people: true });
  notify({ person });
  return chat;
}

export async function loadEarlier(person, roomID, thread) {
  const room = store.chats.get(person).rooms.get(roomID);
  const list = thread ? room.threads.get(thread) ?? [] : room.top;
  const params = { person, room: roomID, before: `m${list[0]}` };
  if (thread) params.thread = `m${thread}`;
  const page = await get('/web/messages', params);
  for (const m of page.messages) room.put(m, m.replies ?? 0);
  if (!thread) room.earlier = page.earlier;
  notify({ person, room: roomID });
}

// applyEvent takes what the stream of changes says.
export function applyEvent(position, event) {
  if (event.person) {
    store.people.set(event.person.id, event.person);
    notify({ people: true });
  }
  for (const { person, replies } of event.for ?? []) {
    store.chats.get(person)?.apply(event.message, replies ?? 0);
  }
  advance(position);
}

export function advance(position) {
  for (const chat of store.chats.values()) chat.position = Math.max(chat.position, position);
}
