// The page: its panes, their place in the address, and the state of the connection.

import { h } from './dom.js';
import { Pane } from './pane.js';
import { addPerson } from './people.js';
import { subscribeTo } from './sse.js';
import { loadItem, saveItem } from './storage.js';
import { personOf, store, subscribe } from './store.js';
import { unreadInRoom } from './unread.js';

const maxPanes = 3;
const wideWindow = 1000; // pixels; a wide window begins with two panes
const defaultPeople = ['web:usuario-1', 'web:agente-1', 'web:oficial-1', 'web:usuario-2', 'web:agente-2', 'web:supervisor-1'];

const main = document.getElementById('panes');
const switcher = document.getElementById('switcher');
const banner = document.getElementById('offline');
const sizes = [...document.querySelectorAll('[data-panes]')];
let panes = [];
let active = 0; // index of the pane that a narrow window shows

// The address holds the panes: /?panes=usuario-1,agente-1:mesa-de-ayuda
function readPanes() {
  const text = new URLSearchParams(location.search).get('panes') ?? loadItem('panes', '');
  const parsed = text
    .split(',')
    .filter(Boolean)
    .slice(0, maxPanes)
    .map((part) => {
      const [person, room] = part.split(':');
      return { person: `web:${person}`, room: room ? `web:${room}` : undefined };
    });
  if (parsed.length > 0) return parsed;
  return innerWidth >= wideWindow ? [{ person: defaultPeople[0] }, { person: defaultPeople[1] }] : [{ person: defaultPeople[0] }];
}

function savePanes() {
  const short = (id) => id.slice('web:'.length);
  const text = panes
    .map((p) => {
      const isDefault = !p.room || !store.chats.has(p.person) || p.room === p.defaultRoom();
      return isDefault ? short(p.person) : `${short(p.person)}:${short(p.room)}`;
    })
    .join(',');
  history.replaceState(null, '', `?panes=${text}`);
  saveItem('panes', text);
}

function replacePanes(list) {
  for (const p of panes) p.stop();
  panes = list.map(({ person, room }, i) => new Pane({ index: i + 1, person, room, onChange, onClose }));
  main.append(...panes.map((p) => p.element));
  main.dataset.count = panes.length;
  active = Math.min(active, panes.length - 1);
  render();
}

const currentPanes = () => panes.map(({ person, room }) => ({ person, room }));

function resize(n) {
  const list = currentPanes().slice(0, n);
  while (list.length < n) {
    const used = list.map((p) => p.person);
    list.push({ person: defaultPeople.find((id) => !used.includes(id)) });
  }
  replacePanes(list);
  onChange();
}

function onClose(pane) {
  replacePanes(currentPanes().filter((_, i) => panes[i] !== pane));
  onChange();
}

function onChange() {
  savePanes();
  render();
  subscribeTo(panes.map((p) => p.person), showConnection);
}

function render() {
  for (const b of sizes) b.setAttribute('aria-pressed', String(Number(b.dataset.panes) === panes.length));
  panes.forEach((p, i) => p.element.classList.toggle('front', i === active));
  switcher.hidden = panes.length < 2;
  switcher.replaceChildren(
    ...panes.map((p, i) =>
      h(
        'button',
        {
          type: 'button', 'aria-current': i === active ? 'true' : null,
          on: {
            click: () => {
              active = i;
              render();
              p.markRead();
            },
          },
        },
        personOf(p.person).name,
        i !== active && unread(p) > 0 && h('span', { class: 'badge' }, unread(p), h('span', { class: 'visually-hidden' }, ' sin leer')),
      ),
    ),
  );
}

function unread(pane) {
  const chat = store.chats.get(pane.person);
  return chat ? [...chat.rooms.values()].reduce((n, room) => n + unreadInRoom(pane.person, room), 0) : 0;
}

function showConnection(state) {
  banner.hidden = state === 'live';
  banner.className = `banner ${state}`;
  if (state === 'lost') banner.replaceChildren('Sin conexión con el servidor. Reintentando…');
  if (state === 'outdated') {
    banner.replaceChildren(
      'El chat se actualizó. ',
      h('button', { type: 'button', class: 'link', on: { click: () => location.reload() } }, 'Recargar la página'),
    );
  }
}

document.addEventListener('unread', () => {
  const n = panes.reduce((sum, p) => sum + unread(p), 0);
  document.title = n > 0 ? `(${n}) HELPTIC` : 'HELPTIC';
  render();
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) for (const p of panes) p.markRead();
});

for (const b of sizes) b.addEventListener('click', () => resize(Number(b.dataset.panes)));

document.getElementById('add-person').addEventListener('click', async () => {
  const id = await addPerson();
  if (!id) return;
  const pane = panes[active];
  pane.switchPerson(id);
  pane.toast(`${personOf(id).name} está en el chat. Ahora este panel es suyo.`);
});

// Without this, a file that is dropped outside a composer replaces the page.
for (const type of ['dragover', 'drop']) addEventListener(type, (e) => e.preventDefault());

subscribe((change) => change.people && render());

replacePanes(readPanes());
savePanes();
