// What lies on the device: what the server last said, the sheet that is being filled in, what waits to be sent, and what went wrong. It is
// on the disk before anything goes on (`durability: strict`).
const NAME = 'distribution-clinic', VERSION = 1;
const STORES = { kept: 'key', entries: 'id', submissions: 'submissionId', troubles: 'id' };

const opened = new Promise((resolve, reject) => {
  const opening = indexedDB.open(NAME, VERSION);
  opening.onupgradeneeded = () => {
    for (const [store, keyPath] of Object.entries(STORES)) opening.result.createObjectStore(store, { keyPath });
  };
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});

const answerTo = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** All that is in a store, by its key. */
export const all = async store => answerTo((await opened).transaction(store).objectStore(store).getAll());

/** What is kept under a key, or undefined. */
export const kept = async key => (await answerTo((await opened).transaction('kept').objectStore('kept').get(key)))?.value;

export const keep = (key, value) => change(['kept'], ({ kept }) => kept.put({ key, value }));

/** Changes some stores together, or not at all; what comes of it is there when it is on the disk, and other tabs are told. */
export async function change(names, work) {
  const transaction = (await opened).transaction(names, 'readwrite', { durability: 'strict' });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const stores = Object.fromEntries(names.map(name => {
    const store = transaction.objectStore(name);
    return [name, {
      all: () => answerTo(store.getAll()), get: key => answerTo(store.get(key)), put: value => answerTo(store.put(value)),
      remove: key => answerTo(store.delete(key)), clear: () => answerTo(store.clear()),
    }];
  }));
  let made;
  try {
    made = await work(stores);
  } catch (failure) {
    transaction.abort();
    await done.catch(() => {});
    throw failure;
  }
  await done;
  if (names.some(name => name !== 'kept')) tell();
  return made;
}

const tabs = new BroadcastChannel(NAME);
const listeners = new Set();
tabs.onmessage = () => listeners.forEach(listener => listener());

/** Says that something changed, here and in the other tabs. */
export function tell() {
  tabs.postMessage('changed');
  listeners.forEach(listener => listener());
}

/** Calls back whenever something was changed, by this tab or another. */
export const follow = listener => listeners.add(listener);

let lastTime = 0;

/** An id that no other is, a UUID of version 7: later ones sort after earlier ones. */
export function newId(now = Date.now()) {
  lastTime = Math.max(now, lastTime + 1);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let at = 0; at < 6; at++) bytes[at] = Math.floor(lastTime / 2 ** (8 * (5 - at))) % 256;
  bytes[6] = bytes[6] & 15 | 112;
  bytes[8] = bytes[8] & 63 | 128;
  const text = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
