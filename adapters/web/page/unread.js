// How far each person has read, as far as this browser knows.

import { loadItem, saveItem } from './storage.js';
import { number, store } from './store.js';

const marksByPerson = new Map();
const maxThreads = 300;

// marksOf are the read marks of a person: {since, rooms, threads}, all positions of messages.
function marksOf(person) {
  if (!marksByPerson.has(person)) {
    const initial = { since: store.chats.get(person)?.position ?? 0, rooms: {}, threads: {} };
    const marks = loadItem(`seen.${person}`, initial);
    marksByPerson.set(person, marks);
    if (marks === initial) saveItem(`seen.${person}`, initial);
  }
  return marksByPerson.get(person);
}

const byOthers = (person) => (m) => m.from !== person;

function newestOf(messages) {
  return messages.length > 0 ? number(messages[messages.length - 1].id) : 0;
}

export function unreadInThread(person, room, root) {
  const marks = marksOf(person);
  const read = marks.threads[root] ?? marks.since;
  return room.list(root).filter(byOthers(person)).filter((m) => number(m.id) > read).length;
}

// unreadInRoom counts replies too. Opening the room marks them as read in the list of rooms;
// their threads still show them as new.
export function unreadInRoom(person, room) {
  const marks = marksOf(person);
  const read = marks.rooms[room.id] ?? marks.since;
  return [...room.messages.values()].filter(byOthers(person)).filter((m) => number(m.id) > read).length;
}

export function markRoomRead(person, room) {
  const marks = marksOf(person);
  const newest = Math.max(0, ...room.messages.keys());
  if (newest <= (marks.rooms[room.id] ?? marks.since)) return false;
  marks.rooms[room.id] = newest;
  saveItem(`seen.${person}`, marks);
  return true;
}

export function markThreadRead(person, room, root) {
  const marks = marksOf(person);
  const newest = newestOf(room.list(root));
  if (newest <= (marks.threads[root] ?? marks.since)) return false;
  marks.threads[root] = newest;
  const roots = Object.keys(marks.threads);
  if (roots.length > maxThreads) {
    for (const old of roots.sort((x, y) => marks.threads[x] - marks.threads[y]).slice(0, roots.length - maxThreads)) delete marks.threads[old];
  }
  saveItem(`seen.${person}`, marks);
  return true;
}
