// Renders messages.

import { h, icon } from './dom.js';
import { fileURL } from './api.js';
import { combobox } from './combobox.js';
import { count, fullTime, initials, size, time } from './format.js';
import { personOf, store } from './store.js';

const inlineTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const maxPreviewBytes = 8 << 20;
const toneLabels = { info: 'Información', working: 'En curso', waiting: 'En espera', good: 'Listo', danger: 'Atención' };

// messageElement renders a message. ctx: {person, press, openThread?, unread?}.
export function messageElement(m, ctx) {
  const isOwn = m.from === ctx.person;
  const author = m.from ? personOf(m.from) : null;
  const name = author ? author.name : 'HELPTIC';
  return h(
    'article',
    {
      class: `message ${isOwn ? 'mine' : ''} ${m.from ? '' : 'from-bot'}`,
      'aria-label': `${isOwn ? 'Usted' : name}, ${time(m.at)}: ${m.text || 'archivo adjunto'}`,
      data: { message: m.id },
    },
    avatar(author),
    h(
      'div',
      { class: 'content' },
      h(
        'header',
        { class: 'byline' },
        h('span', { class: 'author' }, isOwn ? 'Usted' : name),
        author && !isOwn && h('span', { class: 'role' }, store.roles[author.role]),
        h('time', { datetime: m.at, title: fullTime(m.at) }, time(m.at)),
        m.edited && h('span', { class: 'edited' }, 'actualizado'),
        m.only && h('span', { class: 'only' }, 'Solo usted ve esto'),
      ),
      m.card ? card(m, ctx) : m.text && h('p', { class: 'text', dir: 'auto' }, m.text),
      files(m.files, ctx.person),
      footer(m, ctx),
    ),
  );
}

function avatar(author) {
  if (!author) return h('span', { class: 'avatar bot', 'aria-hidden': 'true' }, 'H');
  return h('span', { class: `avatar ${author.role}`, 'aria-hidden': 'true' }, initials(author.name));
}

function footer(m, ctx) {
  if (!ctx.openThread || m.thread) return null;
  if (!m.replies) {
    if (m.from && m.room === m.from) return null; // no reply to oneself
    return h(
      'button',
      { type: 'button', class: 'reply quiet', data: { do: 'thread' }, on: { click: () => ctx.openThread(m.id) } },
      icon('reply'),
      'Responder en hilo',
    );
  }
  return h(
    'button',
    { type: 'button', class: `reply ${ctx.unread ? 'unread' : ''}`, data: { do: 'thread' }, on: { click: () => ctx.openThread(m.id) } },
    icon('reply'),
    count(m.replies, 'respuesta', 'respuestas'),
    ctx.unread > 0 && h('span', { class: 'badge' }, count(ctx.unread, 'nueva', 'nuevas')),
  );
}

function card(m, ctx) {
  const c = m.card;
  const tone = c.tone || 'neutral';
  return h(
    'div',
    { class: `card ${tone}` },
    h('p', { class: 'visually-hidden' }, m.text),
    (c.title || c.subtitle || c.tone) &&
      h(
        'div',
        { class: 'card-head' },
        c.title && h('h3', { dir: 'auto' }, c.title),
        (c.subtitle || c.tone) && h('p', { class: 'state' }, c.tone && icon(c.tone), c.subtitle || toneLabels[c.tone]),
      ),
    c.text && h('p', { class: 'text', dir: 'auto' }, c.text),
    c.facts?.length > 0 &&
      h(
        'dl',
        { class: 'facts' },
        c.facts.map((f) => h('div', { class: f.long ? 'fact long' : 'fact' }, h('dt', {}, f.label), h('dd', { dir: 'auto' }, f.value))),
      ),
    files(c.files, ctx.person),
    c.selects?.map((s) => select(s, m, ctx)),
    c.buttons?.length > 0 && h('div', { class: 'buttons' }, c.buttons.map((b) => button(b, m, ctx))),
    c.note && h('p', { class: 'note', dir: 'auto' }, c.note),
  );
}

const buttonClasses = { good: 'primary', danger: 'danger' };

function button(b, m, ctx) {
  return h(
    'button',
    {
      type: 'button',
      class: `button ${buttonClasses[b.tone] ?? ''}`,
      data: { do: b.do },
      on: { click: (e) => ctx.press(m, { do: b.do, label: b.label, confirm: b.confirm, danger: b.tone === 'danger' }, e.currentTarget) },
    },
    b.label,
  );
}

function select(s, m, ctx) {
  const box = combobox({
    label: s.label,
    options: s.options,
    placeholder: 'Elija o escriba para buscar',
    onChoose: (value) => ctx.press(m, { do: s.do, value }, box.input, () => box.clear()),
  });
  box.input.dataset.do = s.do;
  return h('div', { class: 'select' }, h('label', { for: box.input.id }, s.label), box.element);
}

export function files(list, person) {
  if (!list?.length) return null;
  return h('ul', { class: 'files', 'aria-label': 'Archivos adjuntos' }, list.map((f) => h('li', {}, file(f, person))));
}

function file(f, person) {
  const url = fileURL(person, f.id);
  if (inlineTypes.has(f.type) && f.size <= maxPreviewBytes) {
    return h(
      'a',
      { class: 'picture', href: url, target: '_blank', rel: 'noopener', title: `Abrir ${f.name}` },
      h('img', { src: url, alt: f.name, loading: 'lazy' }),
      h('span', { class: 'file-name' }, f.name, ' ', h('small', {}, size(f.size))),
    );
  }
  return h(
    'a',
    { class: 'file', href: url, download: f.name, title: `Descargar ${f.name}` },
    icon('file'),
    h('span', { class: 'file-name' }, f.name),
    h('small', {}, size(f.size)),
  );
}

// pendingElement renders an item of the outbox. ctx: {discard}.
export function pendingElement(item, ctx) {
  const states = { sending: 'Enviando…', retrying: 'Sin conexión. Reintentando…', refused: item.error };
  return h(
    'article',
    { class: `message mine pending ${item.state}`, 'aria-label': `Usted: ${item.text}. ${states[item.state]}`, data: { pending: item.once } },
    h(
      'div',
      { class: 'content' },
      item.text && h('p', { class: 'text', dir: 'auto' }, item.text),
      item.files.length > 0 && h('p', { class: 'text' }, item.files.map((f) => f.name).join(', ')),
      h(
        'p',
        { class: 'delivery', role: item.state === 'refused' ? 'alert' : null },
        states[item.state],
        item.state === 'refused' && h('button', { type: 'button', class: 'link', on: { click: () => ctx.discard(item) } }, 'Descartar'),
      ),
    ),
  );
}
