// Requests to the server, and what it answers when it does not do what was asked.

// Refused is an answer that stays the same however often one asks.
export class Refused extends Error {
  constructor(status, body) {
    super(body?.error ?? 'El servidor no entendió la petición. Recargue la página.');
    this.status = status;
    this.field = body?.field;
  }
}

// Unreachable is worth another try.
export class Unreachable extends Error {}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, cache: 'no-store' });
  } catch {
    throw new Unreachable('No hay conexión con el servidor.');
  }
  let body;
  try {
    body = await response.json();
  } catch {
    if (response.ok) throw new Unreachable('La respuesta del servidor llegó incompleta.');
  }
  if (response.ok) return body;
  if (response.status >= 500) throw new Unreachable(body?.error ?? 'El servidor no responde.');
  throw new Refused(response.status, body);
}

export const get = (path, params) => ask(`${path}?${new URLSearchParams(params)}`);

export const post = (path, body) =>
  ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

export const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// postUntil repeats the same request, which the server knows by its UUID, until there is
// an answer. It gives up after some tries where that is said.
export async function postUntil(path, body, { tries = Infinity, onRetry = () => {} } = {}) {
  for (let i = 1; ; i += 1) {
    try {
      return await post(path, body);
    } catch (error) {
      if (!(error instanceof Unreachable) || i >= tries) throw error;
      onRetry(error);
      await wait(Math.min(500 * 2 ** (i - 1), 5000));
    }
  }
}

// once is a UUID. (crypto.randomUUID exists only on secure addresses.)
export function once() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const x = [...b].map((n) => n.toString(16).padStart(2, '0')).join('');
  return `${x.slice(0, 8)}-${x.slice(8, 12)}-${x.slice(12, 16)}-${x.slice(16, 20)}-${x.slice(20)}`;
}

export const upload = (person, file) =>
  ask(`/web/files?${new URLSearchParams({ person, name: file.name, type: file.type })}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: file,
  });

export const fileURL = (person, id) => `/web/files/${encodeURIComponent(id)}?${new URLSearchParams({ person })}`;
