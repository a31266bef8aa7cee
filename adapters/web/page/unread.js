// What each person has seen, as far as this browser knows.

import { recall, remember } from './memory.js';
import { number, store } from './store.js';

const seen = new Map();
const keptThreads = 300;

function of(person) {
  if (!seen.has(person)) {
    const fresh = { since: store.chats.get(person)?.position ?? 0, rooms: {}, threads: {} };
    const known = recall(`seen.${person}`, fresh);
    seen.set(person, known);
    if (known === fresh) remember(`seen.${person}`, fresh);
  }
  return seen.get(person);
}

const others = (person) => (m) => m.from !== person;

function last(messages) {
  return messages.length > 0 ? number(messages[messages.length - 1].id) : 0;
}

export function unreadInThread(person, room, root) {
  const s = of(person);
  const until = s.threads[root] ?? s.since;
  return room.list(root).filter(others(person)).filter((m) => number(m.id) > until).length;
}

// Who has looked at a room knows that its threads have news: those are marked there.
export function unreadInRoom(person, room) {
  const s = of(person);
  const until = s.rooms[room.id] ?? s.since;
  return [...room.messages.values()].filter(others(person)).filter((m) => number(m.id) > until).length;
}

export function markRoom(person, room) {
  const s = of(person);
  const n = Math.max(0, ...room.messages.keys());
  if (n <= (s.rooms[room.id] ?? s.since)) return false;
  s.rooms[room.id] = n;
  remember(`seen.${person}`, s);
  return true;
}

export function markThread(person, room, root) {
  const s = of(person);
  const n = last(room.list(root));
  if (n <= (s.threads[root] ?? s.since)) return false;
  s.threads[root] = n;
  const roots = Object.keys(s.threads);
  if (roots.length > keptThreads) {
    for (const old of roots.sort((x, y) => s.threads[x] - s.threads[y]).slice(0, roots.length - keptThreads)) delete s.threads[old];
  }
  remember(`seen.${person}`, s);
  return true;
}
