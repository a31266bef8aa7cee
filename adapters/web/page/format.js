// Formats times, sizes and counts for people in Colombia.

const zone = 'America/Bogota';
const clock = new Intl.DateTimeFormat('es-CO', { timeZone: zone, hour: 'numeric', minute: '2-digit', hour12: true });
const exact = new Intl.DateTimeFormat('es-CO', { timeZone: zone, dateStyle: 'full', timeStyle: 'short', hour12: true });
const weekday = new Intl.DateTimeFormat('es-CO', { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' });
const withYear = new Intl.DateTimeFormat('es-CO', { timeZone: zone, day: 'numeric', month: 'long', year: 'numeric' });
const sortable = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });

export const time = (at) => clock.format(new Date(at));
export const fullTime = (at) => exact.format(new Date(at));
export const dayKey = (at) => sortable.format(new Date(at));

export function day(at) {
  const key = dayKey(at);
  const now = Date.now();
  if (key === dayKey(now)) return 'Hoy';
  if (key === dayKey(now - 86400000)) return 'Ayer';
  const text = (key.slice(0, 4) === dayKey(now).slice(0, 4) ? weekday : withYear).format(new Date(at));
  return text[0].toUpperCase() + text.slice(1);
}

const decimal = new Intl.NumberFormat('es-CO', { maximumFractionDigits: 1 });

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${decimal.format(bytes / 1024 / 1024)} MB`;
}

export const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

// foldText is a text for searching: without accents or capitals.
export const foldText = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export const runes = (text) => [...text].length;

export function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  const last = words.length > 1 ? words[words.length - 1] : '';
  return ([...words[0]][0] + ([...last][0] ?? '')).toUpperCase();
}
