// The page: its panes, what its address says of them, and whether the server is there.

import { h } from './dom.js';
import { watch } from './live.js';
import { recall, remember } from './memory.js';
import { Pane } from './pane.js';
import { addPerson } from './people.js';
import { personOf, store, subscribe } from './store.js';
import { unreadInRoom } from './unread.js';

const most = 3;
const wide = 1000;
const candidates = ['web:usuario-1', 'web:agente-1', 'web:oficial-1', 'web:usuario-2', 'web:agente-2', 'web:supervisor-1'];

const main = document.getElementById('panes');
const switcher = document.getElementById('switcher');
const banner = document.getElementById('offline');
const sizes = [...document.querySelectorAll('[data-panes]')];
let panes = [];
let front = 0; // the pane that a narrow screen shows

// The address keeps the panes: /?panes=usuario-1,agente-1:mesa-de-ayuda
function wanted() {
  const text = new URLSearchParams(location.search).get('panes') ?? recall('panes', '');
  const parsed = text
    .split(',')
    .filter(Boolean)
    .slice(0, most)
    .map((part) => {
      const [person, room] = part.split(':');
      return { person: `web:${person}`, room: room ? `web:${room}` : undefined };
    });
  if (parsed.length > 0) return parsed;
  return innerWidth >= wide ? [{ person: candidates[0] }, { person: candidates[1] }] : [{ person: candidates[0] }];
}

function keep() {
  const short = (id) => id.slice('web:'.length);
  const text = panes
    .map((p) => {
      const usual = !p.room || !store.chats.has(p.person) || p.room === p.defaultRoom();
      return usual ? short(p.person) : `${short(p.person)}:${short(p.room)}`;
    })
    .join(',');
  history.replaceState(null, '', `?panes=${text}`);
  remember('panes', text);
}

function build(list) {
  for (const p of panes) p.stop();
  panes = list.map(({ person, room }, i) => new Pane({ index: i + 1, person, room, changed, closed }));
  main.append(...panes.map((p) => p.element));
  main.dataset.count = panes.length;
  front = Math.min(front, panes.length - 1);
  show();
}

const current = () => panes.map(({ person, room }) => ({ person, room }));

function resize(n) {
  const list = current().slice(0, n);
  while (list.length < n) {
    const used = list.map((p) => p.person);
    list.push({ person: candidates.find((id) => !used.includes(id)) });
  }
  build(list);
  changed();
}

function closed(pane) {
  build(current().filter((_, i) => panes[i] !== pane));
  changed();
}

function changed() {
  keep();
  show();
  watch(panes.map((p) => p.person), connection);
}

function show() {
  for (const b of sizes) b.setAttribute('aria-pressed', String(Number(b.dataset.panes) === panes.length));
  panes.forEach((p, i) => p.element.classList.toggle('front', i === front));
  switcher.hidden = panes.length < 2;
  switcher.replaceChildren(
    ...panes.map((p, i) =>
      h(
        'button',
        {
          type: 'button', 'aria-current': i === front ? 'true' : null,
          on: {
            click: () => {
              front = i;
              show();
              p.look();
            },
          },
        },
        personOf(p.person).name,
        i !== front && unread(p) > 0 && h('span', { class: 'badge' }, unread(p), h('span', { class: 'unseen' }, ' sin leer')),
      ),
    ),
  );
}

function unread(pane) {
  const chat = store.chats.get(pane.person);
  return chat ? [...chat.rooms.values()].reduce((n, room) => n + unreadInRoom(pane.person, room), 0) : 0;
}

function connection(state) {
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
  show();
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) for (const p of panes) p.look();
});

for (const b of sizes) b.addEventListener('click', () => resize(Number(b.dataset.panes)));

document.getElementById('add-person').addEventListener('click', async () => {
  const id = await addPerson();
  if (!id) return;
  const pane = panes[front];
  pane.become(id);
  pane.say(`${personOf(id).name} está en el chat. Ahora este panel es suyo.`);
});

// A file dropped beside a composer would otherwise replace the page.
for (const type of ['dragover', 'drop']) addEventListener(type, (e) => e.preventDefault());

// The server may have started again with other people, or this page may be older than it.
subscribe((change) => change.people && show());

build(wanted());
keep();
