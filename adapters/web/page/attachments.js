// Files to attach: chosen, dropped or pasted. They are uploaded at once.

import { upload } from './api.js';
import { h, icon, newID } from './dom.js';
import { size } from './format.js';
import { store } from './store.js';

const maxFiles = 10;

// attachments is a button and a list of files. It returns {element, input, chooser, files, busy, add(files), clear()}.
export function attachments({ person, files = [], id = newID('files'), compact = false, onChange = () => {} }) {
  let items = files.map((file) => ({ file, name: file.name, size: file.size, state: 'ready' }));
  const chooser = h('input', {
    type: 'file', multiple: true, class: 'visually-hidden', tabindex: -1, 'aria-hidden': 'true', data: { role: 'chooser' },
    on: {
      change: () => {
        add([...chooser.files]);
        chooser.value = '';
      },
    },
  });
  const input = h(
    'button',
    {
      type: 'button', id, class: compact ? 'quiet icon-button' : 'button',
      'aria-label': compact ? 'Adjuntar archivos' : null, title: compact ? 'Adjuntar archivos' : null,
      on: { click: () => chooser.click() },
    },
    icon('attach'),
    !compact && 'Adjuntar archivos',
  );
  const list = h('ul', { class: 'uploads', 'aria-label': 'Archivos por enviar', 'aria-live': 'polite' });
  const element = compact
    ? list
    : h('div', { class: 'dropzone' }, list, h('div', { class: 'dropzone-row' }, input, h('span', { class: 'hint' }, 'o suéltelos aquí'), chooser));
  if (!compact) acceptDrops(element, add);

  function add(selected) {
    for (const file of selected) {
      const item = { name: file.name, size: file.size, state: 'uploading' };
      if (items.filter((i) => i.state !== 'failed').length >= maxFiles) {
        Object.assign(item, { state: 'failed', error: `Adjunte ${maxFiles} archivos o menos.` });
      } else if (file.size > store.maxBytes) {
        Object.assign(item, { state: 'failed', error: `Es muy grande: el máximo es de ${size(store.maxBytes)}.` });
      } else {
        send(item, file);
      }
      items.push(item);
    }
    redraw();
  }

  async function send(item, file) {
    try {
      item.file = await upload(person, file);
      Object.assign(item, { state: 'ready', name: item.file.name, size: item.file.size });
    } catch (error) {
      Object.assign(item, { state: 'failed', error: error.message, retry: () => {
        item.state = 'uploading';
        redraw();
        send(item, file);
      } });
    }
    redraw();
  }

  function redraw() {
    draw();
    onChange();
  }

  function draw() {
    list.replaceChildren(
      ...items.map((item) =>
        h(
          'li',
          { class: `upload ${item.state}` },
          icon('file'),
          h('span', { class: 'file-name' }, item.name),
          h('small', {}, { uploading: 'subiendo…', ready: size(item.size), failed: item.error }[item.state]),
          item.state === 'failed' && item.retry && h('button', { type: 'button', class: 'link', on: { click: item.retry } }, 'Reintentar'),
          h(
            'button',
            {
              type: 'button', class: 'quiet icon-button small', 'aria-label': `Quitar ${item.name}`,
              on: {
                click: () => {
                  items = items.filter((i) => i !== item);
                  redraw();
                  input.focus();
                },
              },
            },
            icon('close'),
          ),
        ),
      ),
    );
  }
  draw();

  return {
    element,
    input,
    chooser,
    add,
    get files() {
      return items.filter((i) => i.state === 'ready').map((i) => i.file);
    },
    get busy() {
      return items.some((i) => i.state === 'uploading');
    },
    clear() {
      items = [];
      redraw();
    },
  };
}

// acceptDrops lets files be dropped on an element and highlights it meanwhile.
export function acceptDrops(element, onDrop) {
  let depth = 0;
  const hasFiles = (e) => [...(e.dataTransfer?.types ?? [])].includes('Files');
  const highlight = (on) => element.classList.toggle('dropping', on);
  element.addEventListener('dragenter', (e) => {
    if (!hasFiles(e)) return;
    depth += 1;
    highlight(true);
  });
  element.addEventListener('dragleave', (e) => {
    if (!hasFiles(e)) return;
    depth = Math.max(0, depth - 1);
    if (depth === 0) highlight(false);
  });
  element.addEventListener('dragover', (e) => {
    if (hasFiles(e)) e.preventDefault();
  });
  element.addEventListener('drop', (e) => {
    if (!hasFiles(e)) return;
    e.preventDefault();
    e.stopPropagation();
    depth = 0;
    highlight(false);
    onDrop([...e.dataTransfer.files]);
  });
}
