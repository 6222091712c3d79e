// The day so far, vaccine by vaccine, with what is on the shelf and which lot to open next; and the last entries, which can be undone.
import { nextLot, reported } from './reference.js';
import { dosesOf, undo } from './sheet.js';
import { choose, offered, state, vaccineOf } from './state.js';
import { fill, lineOf } from './status.js';
import { make, say, shortDay, time, whole } from './words.js';

const LAST = 5;

/** Doses of a day that stand with the server, by vaccine. */
export function countedOf(lines) {
  const sums = {};
  for (const line of lines)
    if (line.state === 'counted' || line.state === 'held') sums[line.vaccineId] = (sums[line.vaccineId] ?? 0) + line.doses - line.retracted;
  return sums;
}

/** Draws the day: what the server has of it, and what waits here. */
export async function drawSummary(waiting, changed) {
  const { facility, day } = state, known = await reported(facility.facilityId, day);
  const counted = countedOf(known?.lines ?? []);
  const here = waiting.filter(line => line.day === day && line.facilityId === facility.facilityId);
  const fitting = offered().map(vaccine => vaccine.vaccineId);
  const shelf = (facility.stock ?? []).filter(position => position.onHand > 0).map(position => position.vaccineId);
  const rows = [...new Set([...Object.keys(counted), ...here.map(line => line.vaccineId), ...shelf, ...fitting])];
  const waits = vaccineId => dosesOf(here.filter(line => line.vaccineId === vaccineId));
  fill(document.querySelector('#summary tbody'), rows.map(vaccineId => rowOf(vaccineId, known || !waits(vaccineId)
    ? known && (counted[vaccineId] ?? 0) + waits(vaccineId) : waits(vaccineId), waits(vaccineId), changed)));
  document.querySelector('#summary-as-of').textContent = known
    ? say('summary.asOf', time(Math.min(known.asOf, facility.asOf))) : say('summary.unknown');
  drawLast(waiting);
}

function rowOf(vaccineId, doses, waiting, changed) {
  const { facility, day, lots } = state, lot = nextLot(facility.stock, vaccineId, day);
  const usable = facility.stock?.filter(position => position.vaccineId === vaccineId)
    .reduce((sum, position) => sum + position.usable, 0);
  const name = vaccineOf(vaccineId)?.name ?? vaccineId;
  return make('tr', { 'data-vaccine': vaccineId },
    make('th', { scope: 'row' }, make('bdi', {}, name)),
    make('td', { class: doses == null ? 'doses unknown' : 'doses' }, whole(doses),
      waiting > 0 && make('small', {}, say('summary.here', whole(waiting)))),
    make('td', { class: usable == null ? 'unknown' : null }, whole(usable)),
    make('td', { class: 'open-next' }, lot?.lotNumber ? make('button', {
      id: `open-${vaccineId}`, 'aria-pressed': `${lots[vaccineId] === lot.lotNumber}`, title: say('summary.use', lot.lotNumber, name),
      click: () => use(vaccineId, lot.lotNumber).then(changed),
    }, make('bdi', {}, lot.lotNumber), lot.usableUntil && make('small', {}, shortDay(lot.usableUntil)))
      : say(lot ? 'summary.anyLot' : 'summary.noLot')));
}

// The next doses are from this lot.
async function use(vaccineId, lot) {
  const doseNumber = state.vaccineId === vaccineId ? state.doseNumber : vaccineOf(vaccineId).series[0].doseNumber;
  await choose({ vaccineId, doseNumber, lots: { ...state.lots, [vaccineId]: lot } });
  document.querySelector('#entry').focus();
}

function drawLast(waiting) {
  const last = waiting.toReversed().slice(0, LAST);
  fill(document.querySelector('#last ol'), last.map(entry => make('li', {}, make('span', {}, lineOf(entry)), ' ', entry.isClosed
    ? make('span', { class: 'badge' }, say('last.closed'))
    : make('button', { id: `undo-${entry.id}`, 'aria-label': say('last.undo', lineOf(entry)), click: () => undo(entry.id) },
      say('undo')))));
  document.querySelector('#last .empty').hidden = last.length > 0;
}
