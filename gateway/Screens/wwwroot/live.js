// Follows what changes: on the word of the event stream the page is asked for again and its <main> is swapped, at most every two seconds.
// A tab that nobody looks at asks for nothing, and listens to nothing.
const WAIT = 2000, RETRY = 5000;
const { country, vaccine, digits } = document.body.dataset;
let stream, timer, askedAt = 0, asking = false, broken = false;

const times = () => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const clock = new Intl.DateTimeFormat(`${document.documentElement.lang}-u-nu-${digits}-ca-gregory`, { timeStyle: 'medium', hourCycle: 'h23' });
  for (const time of document.querySelectorAll('main time')) {
    time.textContent = clock.format(new Date(time.dateTime));
    time.title = `${time.dateTime} (${zone})`;
  }
};

const state = isLive => {
  const live = document.querySelector('main .live');
  if (!live) return;
  live.dataset.words ??= live.textContent;
  const words = isLive ? live.dataset.words : live.dataset.paused;
  if (live.textContent !== words) live.textContent = words;
  live.parentElement.classList.toggle('paused', !isLive);
};

// What a reader has opened, scrolled and stepped on stays so.
function swap(fresh) {
  const main = document.querySelector('main'), held = document.activeElement;
  const key = main.contains(held) && (held.id ? `#${CSS.escape(held.id)}` : held.matches('a[href]') ? `a[href="${CSS.escape(held.getAttribute('href'))}"]` : '.scroll');
  const scrolled = [...main.querySelectorAll('.scroll')].map(part => [part.scrollLeft, part.scrollTop]);
  const open = [...main.querySelectorAll('details[open]')].map(details => details.id);
  main.replaceChildren(...fresh.childNodes);
  for (const id of open) if (id) document.getElementById(id)?.setAttribute('open', '');
  main.querySelectorAll('.scroll').forEach((part, at) => { if (scrolled[at]) [part.scrollLeft, part.scrollTop] = scrolled[at]; });
  if (key) main.querySelector(key)?.focus({ preventScroll: true });
  times();
  state(stream?.readyState === EventSource.OPEN);
}

const isTyping = () => document.activeElement?.matches('main input, main select');

async function refresh() {
  clearTimeout(timer);
  timer = undefined;
  if (document.hidden) return;
  if (asking || isTyping()) return later(WAIT);
  asking = true;
  askedAt = performance.now();
  try {
    const answer = await fetch(location.pathname + location.search, { headers: { accept: 'text/html' } });
    if (answer.status === 401) return location.reload();
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
    if (fresh && answer.ok) swap(fresh); else state(false);
    if (!answer.ok || fresh?.querySelector('.stale')) later(RETRY);
  } catch {
    state(false);
    later(RETRY);
  } finally {
    asking = false;
  }
}

function later(wait = Math.max(0, WAIT - (performance.now() - askedAt))) {
  timer ??= setTimeout(refresh, wait);
}

function follow() {
  if (document.hidden || stream) return;
  stream = new EventSource('/api/v1/coverage/stream' + (country ? `?country=${encodeURIComponent(country)}` : ''));
  stream.addEventListener('hello', () => {
    state(true);
    if (broken) later();
    broken = false;
  });
  stream.addEventListener('changed', event => {
    const { vaccineIds } = JSON.parse(event.data);
    if (!vaccineIds || !vaccine || vaccineIds.includes(vaccine)) later();
  });
  stream.addEventListener('error', () => {
    broken = true;
    state(false);
    if (stream?.readyState !== EventSource.CLOSED) return;
    stream = undefined;
    setTimeout(() => { follow(); later(); }, RETRY);
  });
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    stream?.close();
    stream = undefined;
    clearTimeout(timer);
    timer = undefined;
  } else {
    follow();
    later();
  }
});
addEventListener('pagehide', () => { stream?.close(); stream = undefined; });
addEventListener('pageshow', event => { if (event.persisted) { follow(); later(); } });

times();
follow();
