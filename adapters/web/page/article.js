// How a message looks.

import { h, icon } from './dom.js';
import { fileURL } from './api.js';
import { combobox } from './combobox.js';
import { count, fullTime, initials, size, time } from './format.js';
import { personOf, store } from './store.js';

const shownInline = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const largestPreview = 8 << 20;
const toneWords = { info: 'Información', working: 'En curso', waiting: 'En espera', good: 'Listo', danger: 'Atención' };

// article draws a message. ctx: {person, press, openThread?, unread?}.
export function article(m, ctx) {
  const mine = m.from === ctx.person;
  const author = m.from ? personOf(m.from) : null;
  const name = author ? author.name : 'HELPTIC';
  return h(
    'article',
    {
      class: `message ${mine ? 'mine' : ''} ${m.from ? '' : 'from-bot'}`,
      'aria-label': `${mine ? 'Usted' : name}, ${time(m.at)}: ${m.text || 'archivo adjunto'}`,
      data: { message: m.id },
    },
    avatar(author),
    h(
      'div',
      { class: 'content' },
      h(
        'header',
        { class: 'byline' },
        h('span', { class: 'author' }, mine ? 'Usted' : name),
        author && !mine && h('span', { class: 'role' }, store.roles[author.role]),
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
    if (m.from && m.room === m.from) return null; // one does not answer oneself
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
    h('p', { class: 'unseen' }, m.text),
    (c.title || c.subtitle || c.tone) &&
      h(
        'div',
        { class: 'card-head' },
        c.title && h('h3', { dir: 'auto' }, c.title),
        (c.subtitle || c.tone) && h('p', { class: 'state' }, c.tone && icon(c.tone), c.subtitle || toneWords[c.tone]),
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

const weights = { good: 'primary', danger: 'danger' };

function button(b, m, ctx) {
  return h(
    'button',
    {
      type: 'button',
      class: `button ${weights[b.tone] ?? ''}`,
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
    choose: (value) => ctx.press(m, { do: s.do, value }, box.input, () => box.clear()),
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
  if (shownInline.has(f.type) && f.size <= largestPreview) {
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

// pendingArticle draws a message that is on its way. ctx: {discard}.
export function pendingArticle(item, ctx) {
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
