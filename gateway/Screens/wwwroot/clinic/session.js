// The session: what a clinic enters while it vaccinates. It opens and takes entries without a network.
import { way } from './api.js';
import { follow } from './device.js';
import { day, daysAfter, today } from './digits.js';
import { drawChosen, listenToEntry, recallExpiries, takeCode } from './entry.js';
import { drawGrid, drawWho } from './grid.js';
import { start } from './outbox.js';
import { findPlace } from './place.js';
import { caller, facility, learnCaller, refresh, refreshDay } from './reference.js';
import { listen } from './scanner.js';
import { choose, recall, state } from './state.js';
import { showStatus, waiting } from './status.js';
import { drawSummary } from './summary.js';
import { day as dayInWords, invalid, say } from './words.js';

const REFRESH = 5 * 60_000, YEAR = 366;
const find = selector => document.querySelector(selector);
let isReady = false;

async function begin() {
  await showStatus();
  const known = await caller();
  // Without a network: who was here last.
  state.caller = await learnCaller() ?? (way.isSignedOut ? null : known);
  start(sentTo);
  if (!state.caller) return empty(way.isSignedOut ? 'empty.signedOut' : 'empty.offline');
  const place = await findPlace(state.caller, find('#place'));
  state.facility = await facility(place);
  await Promise.all([recall(), recallExpiries()]);
  if (state.facility) ready();
  await update(place);
  if (!state.facility) return empty(way.isOffline ? 'empty.offline' : 'empty.silent');
  if (!isReady) ready();
  setInterval(() => !document.hidden && update(place), REFRESH);
  addEventListener('online', () => update(place));
}

// Asks for what may have changed, and shows it.
async function update(place) {
  const isTold = await refresh(place);
  if (isTold) await refreshDay(place, state.day);
  state.facility = await facility(place);
  if (isReady) everything();
}

function empty(key) {
  find('#empty').hidden = false;
  find('#empty').textContent = say(key);
}

function ready() {
  isReady = true;
  find('#empty').hidden = true;
  find('#session').hidden = false;
  find('#facility-name').textContent = state.facility.name;
  listenToEntry(everything);
  listen(code => document.querySelector('dialog[open]') ? null : takeCode(code, everything));
  find('#no-lot').addEventListener('click', async () => {
    await choose({ lots: { ...state.lots, [state.vaccineId]: null } });
    find('#entry').focus();
    everything();
  });
  for (const [id, isSingle] of [['#tally', false], ['#single', true]]) {
    find(id).checked = state.isSingle === isSingle;
    find(id).addEventListener('change', () => choose({ isSingle }));
  }
  find('#day').addEventListener('change', event => goTo(day(event.target.value)));
  find('#day-before').addEventListener('click', () => goTo(daysAfter(state.day, -1)));
  find('#day-today').addEventListener('click', () => goTo(today()));
  document.addEventListener('redraw', figures);
  follow(figures);
  everything();
  find('#entry').focus();
}

// Another day: never one to come, nor one so long ago that it is a slip.
async function goTo(wanted) {
  const isRight = wanted !== null && wanted <= today() && wanted > daysAfter(today(), -YEAR);
  invalid(find('#day'), !isRight);
  find('#day-wrong').hidden = isRight;
  if (!isRight) return;
  state.day = wanted;
  everything();
  await refreshDay(state.facility.facilityId, wanted);
  everything();
}

function everything() {
  if (document.activeElement !== find('#day') || day(find('#day').value)) find('#day').value = state.day;
  find('#day-words').textContent = dayInWords(state.day);
  find('#day-words').classList.toggle('warn', state.day !== today());
  find('#day-today').hidden = state.day === today();
  drawWho(everything);
  return figures();
}

async function figures() {
  const { me, entries, lines } = await waiting();
  // Somebody else signed in: nothing of the one before is entered in another name.
  if (me?.subject !== state.caller.subject) return location.reload();
  drawGrid(entries);
  drawChosen();
  await drawSummary(lines, everything);
}

async function sentTo() {
  if (state.facility) await refreshDay(state.facility.facilityId, state.day);
  if (isReady) await figures();
}

begin();
