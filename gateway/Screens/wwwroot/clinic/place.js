// Which facility somebody works at: what the address says, or this device, or the only one of the grants; else it is chosen, once.
import { ask } from './api.js';
import { keep, kept } from './device.js';
import { make, say } from './words.js';

const SHOWN_MOST = 50, SMALLEST = 'facility';

/** The facility; asks who works here where that is not clear, in the element that is given. Null where there is no way to know. */
export async function findPlace(caller, element) {
  const asked = await allowed(caller, new URLSearchParams(location.search).get('facility'));
  if (asked) await keep('place', asked);
  const known = asked ?? await kept('place') ?? await onlyOne(caller);
  return known ?? choose(caller, element);
}

// One of which the server says that there is none is another's.
async function allowed(caller, place) {
  if (!place || caller.isEverywhere || caller.places.includes(place)) return place;
  return (await ask(`facilities/${encodeURIComponent(place)}`)).status === 404 ? null : place;
}

async function onlyOne(caller) {
  if (caller.isEverywhere || caller.places.length !== 1) return null;
  const place = await ask(`facilities/${encodeURIComponent(caller.places[0])}`);
  // One that nobody has told the system of may report already.
  return place.status === 404 || place.body?.level === SMALLEST ? caller.places[0] : null;
}

/** Lets a person choose one. */
export async function choose(caller, element) {
  const list = make('ul', { class: 'found' }), said = make('p', { class: 'soft', role: 'status' });
  const field = make('input', { id: 'which', type: 'search', autocomplete: 'off', dir: 'auto', maxlength: 100 });
  element.hidden = false;
  element.replaceChildren(make('h2', {}, say('place.which')), make('label', { for: 'which' }, say('place.find')), field, said, list);
  field.focus();
  return new Promise(resolve => {
    const chosen = async id => {
      await keep('place', id);
      const address = new URL(location);
      address.searchParams.set('facility', id);
      history.replaceState(null, '', address);
      element.hidden = true;
      element.replaceChildren();
      resolve(id);
    };
    let last = 0;
    const show = async () => {
      const turn = ++last, found = await search(caller, field.value.trim());
      if (turn !== last) return;
      said.textContent = found === null ? say('place.silent') : found.length === 0 ? say('place.none')
        : found.length === SHOWN_MOST ? say('place.more') : '';
      list.replaceChildren(...(found ?? []).map(place => make('li', {},
        make('button', { type: 'button', click: () => chosen(place.facilityId) }, make('bdi', {}, place.name)), ' ',
        make('bdi', { class: 'soft' }, place.facilityId))));
    };
    field.addEventListener('input', show);
    show();
  });
}

// Those of the grants that are facilities themselves, and what is found below the others.
async function search(caller, text) {
  if (!caller.isEverywhere && caller.places.length > 0) {
    const own = await Promise.all(caller.places.map(id => ask(`facilities/${encodeURIComponent(id)}`)));
    if (own.some(place => place.status === 0)) return null;
    if (own.every(place => place.status === 404 || place.body?.level === SMALLEST))
      return own.map((place, at) => place.body ?? { facilityId: caller.places[at], name: caller.places[at] })
        .filter(place => `${place.name} ${place.facilityId}`.toLowerCase().includes(text.toLowerCase()));
  }
  const answer = await ask(`facilities?level=${SMALLEST}&limit=${SHOWN_MOST}${text && `&search=${encodeURIComponent(text)}`}`);
  return answer.body?.items ?? null;
}
