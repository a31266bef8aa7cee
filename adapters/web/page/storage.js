// The local storage of the browser. Where it is not available, the page works without it.
// Stored keys and shapes must not change: a page of a newer version reads what an older one wrote.

export function loadItem(key, fallback) {
  try {
    const text = localStorage.getItem(`helptic.${key}`);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

export function saveItem(key, value) {
  try {
    localStorage.setItem(`helptic.${key}`, JSON.stringify(value));
  } catch {
    // private mode, or full
  }
}
