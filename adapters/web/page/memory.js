// What this browser remembers. Where it may not remember, the page works all the same.

export function recall(key, otherwise) {
  try {
    const text = localStorage.getItem(`helptic.${key}`);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(`helptic.${key}`, JSON.stringify(value));
  } catch {
    // private mode, or full
  }
}
