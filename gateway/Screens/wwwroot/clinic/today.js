// What was reported of a day, line by line with its state; and what waits on this device. Lines are taken back here.
import { way } from './api.js';
import { follow } from './device.js';
import { day, daysAfter, today } from './digits.js';
import { start } from './outbox.js';
import { findPlace } from './place.js';
import { caller, facility, learnCaller, refresh, refreshDay, reported } from './reference.js';
import { openRetraction, reasonsOf } from './retract.js';
import { aboutOf, fill, showStatus, waiting } from './status.js';
import { count, day as dayInWords, invalid, make, say, time, whole } from './words.js';

const SHOWN = 200, STATES = ['counted', 'held', 'here', 'retracted'];
const find = selector => document.querySelector(selector);
let place, known, shownDay = today(), only = null, shown = SHOWN, me;

async function begin() {
  await showStatus();
  const before = await caller();
  me = await learnCaller() ?? (way.isSignedOut ? null : before);
  start(() => update());
  if (!me) return empty(way.isSignedOut ? 'empty.signedOut' : 'empty.offline');
  place = await findPlace(me, find('#place'));
  known = await facility(place);
  find('#day').addEventListener('change', event => goTo(day(event.target.value)));
  find('#day-before').addEventListener('click', () => goTo(daysAfter(shownDay, -1)));
  find('#day-today').addEventListener('click', () => goTo(today()));
  follow(draw);
  if (known) await draw();
  if (!known || Date.now() - known.asOf > 60_000) await refresh(place);
  known = await facility(place);
  if (!known) return empty(way.isOffline ? 'empty.offline' : 'empty.silent');
  await update();
  addEventListener('online', update);
}

async function update() {
  await refreshDay(place, shownDay);
  await draw();
}

async function goTo(wanted) {
  const isRight = wanted !== null && wanted <= today();
  invalid(find('#day'), !isRight);
  find('#day-wrong').hidden = isRight;
  if (!isRight) return;
  [shownDay, shown, only] = [wanted, SHOWN, null];
  await draw();
  await update();
}

function empty(key) {
  find('#empty').hidden = false;
  find('#empty').textContent = say(key);
}

/** The lines of the day as rows: what waits here first, then the newest. */
async function rows() {
  const here = (await waiting()).lines.filter(line => line.facilityId === place && line.day === shownDay)
    .map(line => ({ ...line, shownState: 'here', doses: line.count, retracted: 0, id: `here-${line.id}` }));
  const told = await reported(place, shownDay);
  const lines = (told?.lines ?? []).filter(line => line.state !== 'discarded').map(line => ({ ...line, shownState: line.state }));
  return { told, all: [...here.toReversed(), ...lines.toReversed()] };
}

const standing = line => line.shownState === 'retracted' ? line.doses : line.doses - line.retracted;

async function draw() {
  // A form that is being filled in stays.
  if (find('#lines form')) return;
  const { told, all } = await rows();
  find('#empty').hidden = true;
  find('#today').hidden = false;
  find('#facility-name').textContent = known.name;
  if (document.activeElement !== find('#day') || day(find('#day').value)) find('#day').value = shownDay;
  find('#day-words').textContent = dayInWords(shownDay);
  find('#day-today').hidden = shownDay === today();
  find('#as-of').textContent = told ? say(way.isOffline ? 'today.stale' : 'today.asOf', time(told.asOf)) : say('today.unknown');
  find('#as-of').classList.toggle('warn', way.isOffline || !told);
  drawStates(all, told);
  const chosen = all.filter(line => !only || line.shownState === only);
  fill(find('#lines tbody'), chosen.slice(0, shown).map(rowOf));
  find('#lines').hidden = chosen.length === 0;
  find('#none').hidden = chosen.length > 0 || !told;
  find('#more').hidden = chosen.length <= shown;
  find('#more').onclick = () => { shown += SHOWN; draw(); };
  await reasonsOf(chosen.slice(0, shown).filter(line => line.retracted > 0), find('#lines'));
}

// How many doses are in which state: each leads to exactly these lines.
function drawStates(all, told) {
  fill(find('#states'), STATES.map(state => {
    const lines = all.filter(line => line.shownState === state);
    const doses = lines.reduce((sum, line) => sum + standing(line), 0);
    const isKnown = told || state === 'here';
    return make('button', { class: isKnown ? 'tile' : 'tile unknown', id: `state-${state}`, 'aria-pressed': `${only === state}`,
      click: () => { only = only === state ? null : state; draw(); } },
    make('span', { class: 'label' }, say(`state.${state}`)), make('span', { class: 'figure' }, isKnown ? whole(doses) : '–'));
  }));
}

function rowOf(line) {
  const vaccine = known.vaccines.find(one => one.vaccineId === line.vaccineId)?.name ?? line.vaccineId;
  const about = aboutOf(line), isPart = line.retracted > 0 && line.shownState !== 'retracted';
  const may = line.shownState === 'counted' || line.shownState === 'held';
  const back = may && make('button', { id: `back-${line.id}`, 'aria-label': say('today.back', say('grid.cell', vaccine, line.doseNumber)),
    click: () => openRetraction(line, back.closest('tr'), taken) }, say('today.takeBack'));
  return make('tr', { 'data-line': line.id, class: line.shownState },
    make('th', { scope: 'row' }, make('span', {}, say('grid.cell', vaccine, line.doseNumber)),
      about && make('small', {}, about)),
    make('td', {}, whole(standing(line)), isPart && make('small', {}, say('today.of', whole(line.doses)))),
    make('td', { class: 'state-of' }, make('div', {},
      make('div', {}, make('span', { class: `badge ${line.shownState}` }, say(`state.${line.shownState}`)),
        line.waitsFor && make('small', {}, waitsFor(line)), make('small', { class: 'reason' })),
      back)));
}

function waitsFor(line) {
  const [kind, ...what] = line.waitsFor.split(':');
  return say(`held.${kind}`, ...what.toReversed()) + (line.perhaps ? ` ${say('held.perhaps', line.perhaps)}` : '');
}

async function taken(doses) {
  await update();
  find('#said').textContent = count('today.taken', doses);
  find('#said').focus();
}

begin();
