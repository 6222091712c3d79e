// Gives the clinic's pages and their files where there is no network. It keeps shells and files alone: what the API says is kept by the
// pages, and what is to be sent waits there. FILES stands before this text: the addresses of all files, each with a hash.
const CACHE = `clinic-${FILES.join().split('').reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7)}`;
const PAGES = ['/clinic/session', '/clinic/today'];
const LANGUAGES = ['en', 'fr', 'ar'];
const PATIENCE = 4000;

// A page is the same whatever facility is shown in it: only how it is written counts.
const keyOf = (path, language, digits) => `${path}?lang=${language ?? ''}&digits=${digits ?? ''}`;
const keyOfUrl = url => keyOf(url.pathname, url.searchParams.get('lang'), url.searchParams.get('digits'));

async function keep(cache, key, answer) {
  if (answer.ok && !answer.redirected) await cache.put(key, answer.clone());
  return answer;
}

async function prepare() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  for (const page of PAGES) {
    for (const language of LANGUAGES)
      await keep(cache, keyOf(page, language), await fetch(`${page}?lang=${language}`)).catch(() => {});
    // Without a language: as this browser likes it.
    await keep(cache, keyOf(page), await fetch(page)).catch(() => {});
  }
}

async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith('clinic-') && name !== CACHE) await caches.delete(name);
  await clients.claim();
}

async function kept(url) {
  const cache = await caches.open(CACHE), written = { ignoreVary: true };
  const language = url.searchParams.get('lang');
  return await cache.match(keyOfUrl(url), written) ?? await cache.match(keyOf(url.pathname, language), written)
    ?? await cache.match(keyOf(url.pathname), written);
}

// The page of the network, unless it does not come or takes long and there is one here.
async function page(event, url) {
  const asked = fetch(event.request).then(async answer => keep(await caches.open(CACHE), keyOfUrl(url), answer));
  event.waitUntil(asked.catch(() => {}));
  const late = new Promise(resolve => setTimeout(async () => resolve(await kept(url)), PATIENCE));
  try {
    return await Promise.race([asked, late.then(here => here ?? asked)]);
  } catch (failure) {
    return await kept(url) ?? Promise.reject(failure);
  }
}

addEventListener('install', event => event.waitUntil(prepare().then(() => skipWaiting())));
addEventListener('activate', event => event.waitUntil(tidy()));
addEventListener('fetch', event => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (event.request.mode === 'navigate' && PAGES.includes(url.pathname)) event.respondWith(page(event, url));
  else if (FILES.includes(url.pathname))
    event.respondWith(caches.match(url.pathname, { ignoreVary: true }).then(file => file ?? fetch(event.request)));
});
