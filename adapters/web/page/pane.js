// A pane shows one conversation of one person.

import { composer } from './composer.js';
import { announce, h, icon } from './dom.js';
import { backoff, delay } from './api.js';
import { messageList } from './messagelist.js';
import { outbox } from './outbox.js';
import { press } from './press.js';
import { load, number, personOf, store, subscribe } from './store.js';
import { unreadInRoom } from './unread.js';

const emptyDirect = 'Escriba «hola» para comenzar.';
const emptyChannel = 'Aún no hay solicitudes. Aparecerán aquí cuando alguien registre una.';
const toastTime = 9000;

// Pane {index, person, room?, onChange(), onClose()}. onChange is called when the person or the room changes.
export class Pane {
  constructor({ index, person, room, onChange, onClose }) {
    Object.assign(this, { index, person, room, onChange, onClose, thread: null });
    this.picker = h('select', { class: 'picker', 'aria-label': `Persona del panel ${index}`, on: { change: () => this.switchPerson(this.picker.value) } });
    this.closeButton = h('button', { type: 'button', class: 'quiet icon-button', 'aria-label': `Cerrar el panel ${index}`, on: { click: () => this.onClose(this) } }, icon('close'));
    this.rooms = h('ul', { class: 'rooms' });
    this.rooms.addEventListener('keydown', (e) => this.onRoomKey(e));
    this.heading = h('h2', { class: 'room-name' });
    this.conversation = h('div', { class: 'conversation' });
    this.side = h('aside', { class: 'thread', hidden: true });
    this.toasts = h('div', { class: 'toasts', role: 'status' });
    this.element = h(
      'section',
      { class: 'pane', data: { pane: index } },
      h('header', { class: 'pane-head' }, h('label', { class: 'acting' }, h('span', {}, 'Usted es'), this.picker), this.closeButton),
      h(
        'div',
        { class: 'pane-body' },
        h('nav', { class: 'room-list', 'aria-label': 'Conversaciones' }, this.rooms),
        h('div', { class: 'room-view' }, this.heading, this.conversation, this.side),
      ),
      this.toasts,
    );
    this.element.addEventListener('keydown', (e) => {
      if (e.key === 'Escape' && !e.defaultPrevented && this.thread) this.closeThread();
    });
    this.unsubscribe = subscribe((change) => this.onStoreChange(change));
    this.drawPicker();
    this.loadPerson();
  }

  // loadPerson shows the conversations of the person. It retries until they are loaded.
  async loadPerson() {
    const person = this.person;
    this.element.setAttribute('aria-label', `Panel ${this.index}: ${personOf(person).name}`);
    this.conversation.replaceChildren(h('p', { class: 'empty' }, 'Cargando…'));
    this.closeThread(false);
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (!store.chats.has(person)) await load(person);
        break;
      } catch (error) {
        if (this.person !== person || this.stopped) return;
        if (error.status === 404 && person !== 'web:usuario-1') {
          this.toast('Esa persona ya no está en este chat. Se muestra Usuario 1.');
          this.switchPerson('web:usuario-1');
          return;
        }
        this.conversation.replaceChildren(h('p', { class: 'empty' }, error.message));
        await delay(backoff(attempt));
      }
    }
    if (this.person !== person || this.stopped) return;
    outbox(person);
    const chat = store.chats.get(person);
    if (!chat.rooms.has(this.room)) this.room = this.defaultRoom();
    this.element.setAttribute('aria-label', `Panel ${this.index}: ${personOf(person).name}`);
    this.drawPicker();
    this.drawRoom();
    this.onChange(this);
  }

  // defaultRoom is the first channel of the person, or else the direct messages.
  defaultRoom() {
    const rooms = [...store.chats.get(this.person).rooms.values()];
    return (rooms.find((r) => !r.direct) ?? rooms[0]).id;
  }

  switchPerson(person) {
    if (person === this.person) return;
    this.person = person;
    this.room = undefined;
    this.loadPerson();
  }

  switchRoom(room, focus) {
    if (room !== this.room) {
      this.room = room;
      this.closeThread(false);
      this.drawRoom();
      this.onChange(this);
    }
    if (focus) this.composer.focus();
  }

  get ctx() {
    return { person: this.person, pane: this.index, personName: personOf(this.person).name, toast: (text) => this.toast(text) };
  }

  onStoreChange(change) {
    if (change.people) this.drawPicker();
    if (change.person !== this.person || !this.list) return;
    if (!change.room && !change.pending) { // the whole chat was loaded
      this.drawRooms();
      return;
    }
    if (!change.room || change.room === this.room) {
      this.list.update(change);
      this.threadList?.update(change);
    }
    this.drawRooms();
    if (change.message) this.announce(change);
  }

  announce({ message, isNew, previous }) {
    if (message.from === this.person) return;
    if (!isNew && previous?.text === message.text) return;
    const who = message.from ? personOf(message.from).name : 'HELPTIC';
    announce(`Para ${personOf(this.person).name}. ${who}: ${message.text}`);
  }

  drawPicker() {
    const groups = new Map(Object.entries(store.roles).map(([role, label]) => [role, { label, people: [] }]));
    for (const p of store.people.values()) groups.get(p.role)?.people.push(p);
    const order = ['user', 'agent', 'official', 'supervisor'].filter((role) => groups.get(role)?.people.length > 0);
    this.picker.replaceChildren(
      ...order.map((role) => h('optgroup', { label: groups.get(role).label }, groups.get(role).people.map((p) => h('option', { value: p.id }, p.name)))),
    );
    if (!store.people.has(this.person)) this.picker.append(h('option', { value: this.person }, '…'));
    this.picker.value = this.person;
  }

  drawRooms() {
    const chat = store.chats.get(this.person);
    if (!chat) return;
    const focused = this.rooms.contains(document.activeElement);
    this.rooms.replaceChildren(
      ...[...chat.rooms.values()].map((room) => {
        const unread = unreadInRoom(this.person, room);
        const current = room.id === this.room;
        return h(
          'li',
          {},
          h(
            'button',
            {
              type: 'button', class: `room ${unread ? 'unread' : ''}`, 'aria-current': current ? 'true' : null, tabindex: current ? 0 : -1,
              data: { room: room.id }, on: { click: () => this.switchRoom(room.id, true) },
            },
            h('span', { class: 'room-mark', 'aria-hidden': 'true' }, room.direct ? '@' : '#'),
            h('span', { class: 'room-label' }, room.name),
            unread > 0 && h('span', { class: 'badge' }, unread > 99 ? '99+' : unread, h('span', { class: 'visually-hidden' }, ' sin leer')),
          ),
        );
      }),
    );
    this.rooms.classList.toggle('single', chat.rooms.size === 1);
    if (focused) this.rooms.querySelector('[aria-current]')?.focus();
    document.dispatchEvent(new CustomEvent('unread'));
  }

  onRoomKey(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...this.rooms.querySelectorAll('button')];
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    this.switchRoom(next.dataset.room, false);
  }

  drawRoom() {
    const room = store.chats.get(this.person).rooms.get(this.room);
    this.heading.replaceChildren(room.direct ? `Mensajes directos con ${room.name}` : room.name);
    this.list?.stop();
    this.list = messageList({
      ...this.ctx,
      room: room.id,
      label: `Mensajes: ${room.name}`,
      empty: room.direct ? emptyDirect : emptyChannel,
      press: (m, action, control, done) => press(m, action, control, this.ctx).then(done),
      openThread: (id) => this.openThread(number(id)),
      onRead: () => this.drawRooms(),
    });
    const dropZone = h('div', { class: 'drop' }, this.list.element);
    this.composer = composer({ ...this.ctx, room: room.id, label: 'Escriba un mensaje', dropTarget: dropZone });
    dropZone.append(this.composer.element);
    this.conversation.replaceChildren(dropZone);
    this.list.update();
    this.drawRooms();
  }

  openThread(root) {
    this.closeThread(false);
    const room = store.chats.get(this.person).rooms.get(this.room);
    this.thread = root;
    this.threadList = messageList({
      ...this.ctx,
      room: room.id,
      thread: root,
      label: 'Mensajes del hilo',
      empty: 'Escriba la primera respuesta.',
      press: (m, action, control, done) => press(m, action, control, this.ctx).then(done),
      onRead: () => {
        this.list.update();
        this.drawRooms();
      },
    });
    const writer = composer({ ...this.ctx, room: room.id, thread: `m${root}`, label: 'Responda en el hilo', dropTarget: this.side });
    this.side.replaceChildren(
      h(
        'header',
        { class: 'thread-head' },
        h('h3', {}, 'Hilo'),
        h('button', { type: 'button', class: 'quiet icon-button', 'aria-label': 'Cerrar hilo', on: { click: () => this.closeThread() } }, icon('close')),
      ),
      this.threadList.element,
      writer.element,
    );
    this.side.setAttribute('aria-label', 'Hilo');
    this.side.hidden = false;
    this.element.classList.add('with-thread');
    this.threadList.update();
    writer.focus();
  }

  closeThread(focus = true) {
    if (!this.thread) return;
    const root = this.thread;
    this.thread = null;
    this.threadList.stop();
    this.threadList = null;
    this.side.hidden = true;
    this.side.replaceChildren();
    this.element.classList.remove('with-thread');
    if (focus) this.conversation.querySelector(`[data-message="m${root}"] [data-do="thread"]`)?.focus();
  }

  // toast shows a notice in the pane for a while.
  toast(text) {
    const toast = h(
      'div',
      { class: 'toast' },
      h('p', {}, text),
      h('button', { type: 'button', class: 'quiet icon-button small', 'aria-label': 'Cerrar aviso', on: { click: () => toast.remove() } }, icon('close')),
    );
    for (const duplicate of [...this.toasts.children].filter((t) => t.textContent === toast.textContent)) duplicate.remove();
    this.toasts.append(toast);
    while (this.toasts.children.length > 3) this.toasts.firstChild.remove();
    const expire = () => {
      if (toast.matches(':hover, :focus-within')) setTimeout(expire, 1000);
      else toast.remove();
    };
    setTimeout(expire, toastTime);
  }

  markRead() {
    this.list?.markRead();
    this.threadList?.markRead();
  }

  stop() {
    this.stopped = true;
    this.unsubscribe();
    this.list?.stop();
    this.threadList?.stop();
    this.element.remove();
  }
}
