// The state of the chat for each person of the page. An event carries the complete current
// version of a message, so applying it twice or late changes nothing.

import { get } from './api.js';

// number is the position in a message id.
export const number = (id) => Number(id.slice(1));

export const store = {
  people: new Map(),
  roles: {},
  chats: new Map(), // id of a person to Chat
  maxBytes: Infinity,
  version: null,
};

const listeners = new Set();

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// notify calls the listeners with a change: {person?, people?, room?, message?, isNew?, previous?, pending?}.
export function notify(change) {
  for (const listener of [...listeners]) listener(change);
}

export const personOf = (id) => store.people.get(id) ?? { id, name: 'Alguien', role: 'user' };

class Room {
  constructor({ id, name, direct, earlier, messages }) {
    Object.assign(this, { id, name, direct: Boolean(direct), earlier: Boolean(earlier) });
    this.messages = new Map();
    this.roots = []; // numbers of the messages outside threads
    this.threads = new Map(); // number of a root message to the numbers of its loaded replies
    for (const m of messages) this.put(m, m.replies ?? 0);
  }

  // put adds or replaces a message. It returns the previous version, or null.
  put(message, replies) {
    const n = number(message.id);
    const previous = this.messages.get(n);
    this.messages.set(n, { ...message, replies });
    if (previous) return previous;
    const list = message.thread ? this.thread(number(message.thread)) : this.roots;
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
    return (thread ? this.threads.get(thread) ?? [] : this.roots).map((n) => this.messages.get(n));
  }
}

class Chat {
  constructor(state) {
    this.me = state.me;
    this.position = state.position;
    this.rooms = new Map(state.rooms.map((r) => [r.id, new Room(r)]));
  }

  // apply puts a message. replies is the number of replies in its thread, where that is known.
  apply(message, replies) {
    const room = this.rooms.get(message.room);
    if (!room) return;
    // A reply whose root message is not loaded comes later, together with the root.
    if (message.thread && !room.messages.has(number(message.thread))) return;
    const previous = room.put(message, message.thread ? 0 : replies ?? 0);
    const isNew = previous === null;
    if (message.thread) {
      const root = room.messages.get(number(message.thread));
      const count = replies ?? root.replies + (isNew ? 1 : 0);
      if (count !== root.replies) room.messages.set(number(message.thread), { ...root, replies: count });
    }
    notify({ person: this.me.id, room: room.id, message, isNew, previous });
  }
}

const loading = new Map();

// load requests the chat of a person. Panes that load the same person share one request.
export function load(person) {
  if (!loading.has(person)) {
    loading.set(person, requestState(person).finally(() => loading.delete(person)));
  }
  return loading.get(person);
}

async function requestState(person) {
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

// loadEarlier requests the page of messages before the first one of a room or thread.
export async function loadEarlier(person, roomID, thread) {
  const room = store.chats.get(person).rooms.get(roomID);
  const list = thread ? room.threads.get(thread) ?? [] : room.roots;
  const params = { person, room: roomID, before: `m${list[0]}` };
  if (thread) params.thread = `m${thread}`;
  const page = await get('/web/messages', params);
  for (const m of page.messages) room.put(m, m.replies ?? 0);
  if (!thread) room.earlier = page.earlier;
  notify({ person, room: roomID });
}

// applyEvent applies a server-sent event.
export function applyEvent(position, event) {
  if (event.person) {
    store.people.set(event.person.id, event.person);
    notify({ people: true });
  }
  for (const { person, replies } of event.for ?? []) {
    store.chats.get(person)?.apply(event.message, replies ?? 0);
  }
  for (const chat of store.chats.values()) chat.position = Math.max(chat.position, position);
}
