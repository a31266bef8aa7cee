// The stream of changes: one for the page, whatever the number of panes, for browsers
// allow a site few connections. A page that nobody looks at gives its stream back.

import { applyEvent, store } from './store.js';

const hiddenFor = 60000;
let source = null;
let watched = [];
let retry = 0;
let timer;
let hiding;
let onState = () => {};

export function watch(people, stateChanged) {
  onState = stateChanged ?? onState;
  const wanted = [...new Set(people)].filter((id) => store.chats.has(id)).sort();
  if (source && wanted.join() === watched.join()) return;
  watched = wanted;
  open();
}

function open() {
  clearTimeout(timer);
  source?.close();
  source = null;
  if (watched.length === 0) return;
  const query = new URLSearchParams(watched.map((id) => ['person', id]));
  query.set('after', Math.min(...watched.map((id) => store.chats.get(id).position)));
  const opened = new EventSource(`/web/events?${query}`);
  source = opened;
  opened.addEventListener('hello', (e) => {
    retry = 0;
    const { version } = JSON.parse(e.data);
    onState(version === store.version ? 'live' : 'outdated');
  });
  opened.addEventListener('message', (e) => applyEvent(Number(e.lastEventId), JSON.parse(e.data)));
  opened.addEventListener('error', () => {
    if (source !== opened) return;
    // The browser's own reconnection gives up at the first refusal; ours does not.
    opened.close();
    source = null;
    onState('lost');
    retry += 1;
    timer = setTimeout(open, Math.min(500 * 2 ** (retry - 1), 5000));
  });
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(hiding);
  if (document.hidden) {
    hiding = setTimeout(() => {
      source?.close();
      source = null;
      clearTimeout(timer);
    }, hiddenFor);
  } else if (!source && watched.length > 0) {
    open();
  }
});
