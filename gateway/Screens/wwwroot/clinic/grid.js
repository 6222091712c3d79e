// Who is vaccinated, and the sheet: a row a vaccine, a cell a dose number, with + and − and numbers.
import { wholeNumber } from './digits.js';
import { add, dosesOf, isOf, set } from './sheet.js';
import { cellOf, choose, offered, state } from './state.js';
import { fill } from './status.js';
import { count, invalid, make, named, say, whole } from './words.js';

const MOST = 99_999, SEXES = ['female', 'male', null];
let drawn = '';

/** Draws for whom is entered; calls back when that is changed. */
export function drawWho(changed) {
  const bands = [...new Set(state.facility.cells.map(cell => cell.ageBand).filter(Boolean))]
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  if (state.ageBand && !bands.includes(state.ageBand)) bands.push(state.ageBand);
  fill(document.querySelector('#who'), chips('ageBand', [...bands, null], changed),
    make('label', { class: 'other' }, say('who.otherAge'), ' ', make('input', {
      id: 'other-band', maxlength: 32, autocomplete: 'off', size: 8, dir: 'ltr',
      change: ({ target }) => target.value.trim() && choose({ ageBand: target.value.trim() }).then(changed),
    })), chips('sex', SEXES, changed));
}

function chips(what, values, changed) {
  return make('fieldset', { class: 'chips' }, make('legend', {}, say(`who.${what}`)), values.map((value, at) => make('label', {},
    make('input', { type: 'radio', name: what, id: `${what}-${at}`, checked: state[what] === value,
      change: () => choose({ [what]: value }).then(changed) }),
    make('bdi', {}, value === null ? say('who.notStated') : named(what, value)))));
}

/** Draws the sheet with what is entered for these people on this day; the cells stay while only their figures change. */
export function drawGrid(entries) {
  const vaccines = offered(), root = document.querySelector('#grid');
  const shape = JSON.stringify([vaccines.map(vaccine => [vaccine.vaccineId, vaccine.series]), state.showsAll]);
  const none = vaccines.length === 0 && make('p', { class: 'empty' }, say('grid.none'));
  if (shape !== drawn) fill(root, vaccines.map(rowOf), none, moreOf(vaccines));
  drawn = shape;
  for (const element of root.querySelectorAll('.cell')) {
    const { vaccine, dose } = element.dataset, number = dosesOf(entries.filter(entry => isOf(entry, cellOf(vaccine, dose))));
    element.classList.toggle('chosen', vaccine === state.vaccineId && dose === state.doseNumber);
    const field = element.querySelector('input');
    if (document.activeElement !== field || field.dataset.is !== `${number}`) field.value = whole(number);
    field.dataset.is = number;
    element.querySelector('.less').disabled = number === 0;
  }
}

const moreOf = vaccines => {
  const others = state.facility.vaccines.length - vaccines.length;
  return (others > 0 || state.showsAll) && make('button', { id: 'all-vaccines', click: () => {
    state.showsAll = !state.showsAll;
    document.dispatchEvent(new Event('redraw'));
  } }, state.showsAll ? say('grid.fitting') : count('grid.all', others));
};

const rowOf = vaccine => make('div', { class: 'vaccine', role: 'group', 'aria-label': vaccine.name },
  make('bdi', { class: 'name' }, vaccine.name),
  make('div', { class: 'cells' }, vaccine.series.map(dose => cell(vaccine, dose.doseNumber))));

function cell(vaccine, doseNumber) {
  const kind = { vaccineId: vaccine.vaccineId, doseNumber }, label = say('grid.cell', vaccine.name, doseNumber);
  const one = () => cellOf(kind.vaccineId, doseNumber);
  const field = make('input', {
    id: `cell-${kind.vaccineId}-${doseNumber}`, class: 'number', dir: 'ltr', inputmode: 'numeric', autocomplete: 'off', maxlength: 6,
    'aria-label': label,
    focus: () => { field.select(); choose(kind).then(() => document.dispatchEvent(new Event('redraw'))); },
    change: () => {
      const number = wholeNumber(field.value, MOST);
      invalid(field, number === null);
      if (number !== null) set(one(), number);
    },
    // To the next number, as on paper.
    keydown: event => event.key === 'Enter' && next(field),
  });
  return make('div', { class: 'cell', 'data-vaccine': kind.vaccineId, 'data-dose': doseNumber },
    make('span', { class: 'dose', 'aria-hidden': 'true' }, say('grid.dose', doseNumber)),
    make('button', { class: 'less', type: 'button', 'aria-label': say('grid.less', label), click: () => {
      const now = +field.dataset.is;
      choose(kind);
      if (now > 0) set(one(), now - 1);
    } }, '−'),
    field,
    make('button', { class: 'more', type: 'button', 'aria-label': say('grid.more', label), click: () => {
      choose(kind);
      add(one(), 1);
    } }, '+'));
}

function next(field) {
  const fields = [...document.querySelectorAll('#grid .number')];
  (fields[fields.indexOf(field) + 1] ?? document.querySelector('#send') ?? fields[0]).focus();
}
