// The large field: Enter adds a dose of what is chosen, a number adds so many, the name of a vaccine or a code chooses it.
import { keep, kept } from './device.js';
import { plain, wholeNumber } from './digits.js';
import { read } from './gs1.js';
import { lotKey } from './reference.js';
import { add } from './sheet.js';
import { cellOf, choose, offered, state, vaccineOf } from './state.js';
import { invalid, make, say, shortDay } from './words.js';

const MOST = 9_999;

/** Sets the field up; calls back when something else was chosen. */
export function listenToEntry(changed) {
  const field = document.querySelector('#entry');
  document.querySelector('#entry-form').addEventListener('submit', async event => {
    event.preventDefault();
    const typed = field.value.trim();
    field.value = '';
    invalid(field, !await enter(typed, changed));
  });
  field.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const doses = offered().flatMap(vaccine => vaccine.series.map(dose => ({ vaccineId: vaccine.vaccineId, doseNumber: dose.doseNumber })));
    const at = doses.findIndex(dose => dose.vaccineId === state.vaccineId && dose.doseNumber === state.doseNumber);
    if (doses.length > 0) choose(doses[at < 0 ? 0 : (at + step + doses.length) % doses.length]).then(changed);
  });
}

// True where something came of it.
async function enter(typed, changed) {
  const number = typed === '' ? 1 : wholeNumber(typed, MOST);
  if (number > 0) {
    if (!state.vaccineId) return tellOf('entry.chooseFirst');
    await add(cellOf(state.vaccineId, state.doseNumber), number);
    return tellOf(null) ?? true;
  }
  if (/^[\](]|^https?:|^[\d\u0660-\u0669]{8,}/i.test(typed)) return takeCode(plain(typed), changed);
  const found = named(typed.toLowerCase());
  if (!found) return tellOf('entry.unknown', typed);
  await choose(found);
  changed();
  return tellOf(null) ?? true;
}

// The dose of a vaccine by the beginning of its name or code, and perhaps the dose number after it.
function named(text) {
  const beginning = start => offered().find(vaccine => [vaccine.vaccineId, vaccine.name].some(own => own.toLowerCase().startsWith(start)));
  const whole = beginning(text);
  if (whole) return { vaccineId: whole.vaccineId, doseNumber: doseOf(whole) };
  const [, name, dose] = /^(.+)\s+(\S{1,16})$/.exec(text) ?? [], vaccine = name && beginning(name);
  const doseNumber = vaccine?.series.find(one => one.doseNumber.toLowerCase() === plain(dose))?.doseNumber;
  return doseNumber && { vaccineId: vaccine.vaccineId, doseNumber };
}

const doseOf = vaccine => vaccine.vaccineId === state.vaccineId ? state.doseNumber : vaccine.series[0].doseNumber;

/** Takes what was scanned: the vaccine, the lot and its expiry for the next doses. True where it was understood. */
export async function takeCode(scanned, changed) {
  const code = read(scanned);
  if (code.problem) return tellOf(`scan.${code.problem}`, scanned.replaceAll('\x1d', ' '), code.at ?? '');
  if (!code.gtin) return tellOf('scan.noProduct');
  const vaccine = await vaccineOfCode(code.gtin);
  if (!vaccine) return false;
  if (code.lot) await learnExpiry(vaccine.vaccineId, code);
  const lots = { ...state.lots, [vaccine.vaccineId]: code.lot ?? null };
  await choose({ vaccineId: vaccine.vaccineId, doseNumber: doseOf(vaccine), lots });
  const known = code.lot && expiryOf(vaccine.vaccineId, code.lot);
  changed();
  return (known && code.expiry && known !== code.expiry ? tellOf('scan.otherExpiry', code.lot, shortDay(known), shortDay(code.expiry))
    : tellOf('scan.read', vaccine.name, code.lot ?? '–', shortDay(known))) ?? true;
}

// Which vaccine a product is: as the server or this device knows, or a person says, once.
async function vaccineOfCode(gtin) {
  const codes = await kept('codes') ?? {};
  const known = state.facility.vaccines.find(vaccine => vaccine.gtin?.padStart(14, '0') === gtin) ?? vaccineOf(codes[gtin]);
  if (known) return known;
  const dialog = document.querySelector('#which-vaccine');
  const chosen = await new Promise(resolve => {
    dialog.replaceChildren(make('h2', {}, say('scan.which')), make('p', {}, say('scan.which.do', gtin)),
      make('p', { class: 'buttons' }, state.facility.vaccines.map(vaccine =>
        make('button', { click: () => dialog.close(vaccine.vaccineId) }, make('bdi', {}, vaccine.name)))),
      make('button', { click: () => dialog.close('') }, say('cancel')));
    dialog.returnValue = '';
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });
  document.querySelector('#entry').focus();
  if (chosen) await keep('codes', { ...codes, [gtin]: chosen });
  return vaccineOf(chosen);
}

/** When a lot expires: as the server knows it, or else as its code said. */
export const expiryOf = (vaccineId, lot) => state.facility.lots[lotKey(vaccineId, lot)] ?? scanned[lotKey(vaccineId, lot)] ?? null;

let scanned = {};

export const recallExpiries = async () => { scanned = await kept('expiries') ?? {}; };

// What is known of a lot is never written over.
async function learnExpiry(vaccineId, { lot, expiry }) {
  if (!expiry || expiryOf(vaccineId, lot)) return;
  scanned = { ...scanned, [lotKey(vaccineId, lot)]: expiry };
  await keep('expiries', scanned);
}

/** Shows what Enter adds. */
export function drawChosen() {
  const { vaccineId, doseNumber, day } = state, vaccine = vaccineOf(vaccineId), lot = state.lots[vaccineId];
  const expiry = lot && expiryOf(vaccineId, lot);
  const chosen = document.querySelector('#chosen'), isExpired = expiry && expiry < day;
  chosen.replaceChildren(...vaccine ? [
    make('strong', {}, say('grid.cell', vaccine.name, doseNumber)),
    make('span', { class: isExpired ? 'lot warn' : 'lot' },
      say(!lot ? 'chosen.noLot' : isExpired ? 'chosen.expired' : 'chosen.lot', lot, shortDay(expiry))),
  ] : [say('entry.choose')]);
  document.querySelector('#no-lot').hidden = !lot;
}

// Says what came of an entry, and whether all is well is left to who asks: null where nothing is wrong.
function tellOf(key, ...values) {
  const said = document.querySelector('#said');
  said.textContent = key ? say(key, ...values) : '';
  said.classList.toggle('warn', key !== null && key !== 'scan.read');
  return key === null || key === 'scan.read' || key === 'scan.otherExpiry' ? null : false;
}
