// Requests to the server, their errors and their retries.

// PermanentError is a refusal. Repeating the request would give the same answer.
export class PermanentError extends Error {
  constructor(status, body) {
    super(body?.error ?? 'El servidor no entendió la petición. Recargue la página.');
    this.status = status;
    this.field = body?.field;
  }
}

// TransientError is a failure after which the request can be repeated.
export class TransientError extends Error {}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, cache: 'no-store' });
  } catch {
    throw new TransientError('No hay conexión con el servidor.');
  }
  let body;
  try {
    body = await response.json();
  } catch {
    if (response.ok) throw new TransientError('La respuesta del servidor llegó incompleta.');
  }
  if (response.ok) return body;
  if (response.status >= 500) throw new TransientError(body?.error ?? 'El servidor no responde.');
  throw new PermanentError(response.status, body);
}

export const get = (path, params) => request(`${path}?${new URLSearchParams(params)}`);

export const post = (path, body) =>
  request(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

// backoff is the delay before a retry, in milliseconds: exponential, at most 5 seconds, with
// jitter, so that pages that lost the same server do not all come back in the same moment.
export const backoff = (attempt) => Math.min(500 * 2 ** (attempt - 1), 5000) * (0.75 + Math.random() / 4);

export const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// postWithRetry repeats a request after transient errors. The server recognizes repetitions by
// the idempotency key in the body.
export async function postWithRetry(path, body, { maxAttempts = Infinity, onRetry = () => {} } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(path, body);
    } catch (error) {
      if (!(error instanceof TransientError) || attempt >= maxAttempts) throw error;
      onRetry(error);
      await delay(backoff(attempt));
    }
  }
}

// newIdempotencyKey is a random UUID. (crypto.randomUUID exists only in secure contexts.)
export function newIdempotencyKey() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const x = [...b].map((n) => n.toString(16).padStart(2, '0')).join('');
  return `${x.slice(0, 8)}-${x.slice(8, 12)}-${x.slice(12, 16)}-${x.slice(16, 20)}-${x.slice(20)}`;
}

export const upload = (person, file) =>
  request(`/web/files?${new URLSearchParams({ person, name: file.name, type: file.type })}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: file,
  });

export const fileURL = (person, id) => `/web/files/${encodeURIComponent(id)}?${new URLSearchParams({ person })}`;
