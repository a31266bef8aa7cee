// The stream of server-sent events. One stream serves all panes, because a browser allows a site
// few connections. A page that stays hidden closes its stream.

import { backoff } from './api.js';
import { applyEvent, store } from './store.js';

const closeAfterHidden = 60000;
let source = null;
let subscribed = []; // ids of people
let failures = 0;
let reconnectTimer;
let hiddenTimer;
let onState = () => {};

// subscribeTo streams the events of these people. stateChanged gets 'live', 'lost' or 'outdated'.
export function subscribeTo(people, stateChanged) {
  onState = stateChanged ?? onState;
  const loaded = [...new Set(people)].filter((id) => store.chats.has(id)).sort();
  if (source && loaded.join() === subscribed.join()) return;
  subscribed = loaded;
  connect();
}

function connect() {
  clearTimeout(reconnectTimer);
  source?.close();
  source = null;
  if (subscribed.length === 0) return;
  const query = new URLSearchParams(subscribed.map((id) => ['person', id]));
  query.set('after', Math.min(...subscribed.map((id) => store.chats.get(id).position)));
  const opened = new EventSource(`/web/events?${query}`);
  source = opened;
  opened.addEventListener('hello', (e) => {
    failures = 0;
    const { version } = JSON.parse(e.data);
    onState(version === store.version ? 'live' : 'outdated');
  });
  opened.addEventListener('message', (e) => applyEvent(Number(e.lastEventId), JSON.parse(e.data)));
  opened.addEventListener('error', () => {
    if (source !== opened) return;
    // EventSource stops reconnecting after an error status, so the page reconnects by itself.
    opened.close();
    source = null;
    onState('lost');
    failures += 1;
    reconnectTimer = setTimeout(connect, backoff(failures));
  });
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(hiddenTimer);
  if (document.hidden) {
    hiddenTimer = setTimeout(() => {
      source?.close();
      source = null;
      clearTimeout(reconnectTimer);
    }, closeAfterHidden);
  } else if (!source && subscribed.length > 0) {
    connect();
  }
});
