// The sheet that is being filled in: what was entered and not sent yet, in the order of its entries. A tally is a count; of single doses
// each is an entry with the id under which it is sent, so that nothing that is done twice counts twice.
import { change, newId } from './device.js';

const SINGLES_MOST = 200;

/** Whether two entries are of the same people, day and vial. */
const isSame = (one, other) => ['facilityId', 'by', 'day', 'vaccineId', 'doseNumber', 'ageBand', 'sex', 'lotNumber', 'isSingle']
  .every(name => (one[name] ?? null) === (other[name] ?? null));

/** Whether an entry is one that a cell of the sheet shows: of whatever lot. */
export const isOf = (entry, cell) => ['facilityId', 'by', 'day', 'vaccineId', 'doseNumber', 'ageBand', 'sex']
  .every(name => (entry[name] ?? null) === (cell[name] ?? null));

export const dosesOf = entries => entries.reduce((sum, entry) => sum + entry.count, 0);

/** Adds doses; a tally goes on with the entry before it, where that is of the same. */
export const add = (cell, count) => change(['entries'], async ({ entries }) => {
  const now = await entries.all();
  await more(entries, now, cell, count);
});

/** Sets the doses of a cell, whatever their lots: what is too many goes, the newest first. */
export const set = (cell, count) => change(['entries'], async ({ entries }) => {
  const now = await entries.all(), own = now.filter(entry => isOf(entry, cell));
  const apart = count - dosesOf(own);
  if (apart > 0) return more(entries, now, cell, apart);
  for (let tooMany = -apart; tooMany > 0;) {
    const newest = own.pop(), taken = Math.min(tooMany, newest.count);
    tooMany -= taken;
    if (taken === newest.count) await entries.remove(newest.id);
    else await entries.put({ ...newest, count: newest.count - taken });
  }
});

/** Takes an entry back. */
export const undo = id => change(['entries'], ({ entries }) => entries.remove(id));

async function more(entries, now, cell, count) {
  const newest = now.at(-1);
  if (cell.isSingle)
    for (let at = 0; at < Math.min(count, SINGLES_MOST); at++) await entries.put({ ...cell, id: newId(), count: 1, at: Date.now() });
  else if (newest && isSame(newest, cell)) await entries.put({ ...newest, count: newest.count + count, at: Date.now() });
  else await entries.put({ ...cell, id: newId(), count, at: Date.now() });
}

/** What is sent of some entries of a facility: single doses as they are, tallies summed up. Each line knows its entries. */
export function linesOf(entries) {
  const doses = entries.filter(entry => entry.isSingle).map(entry => ({ ...entry, entries: [entry] }));
  const tallies = [];
  for (const entry of entries.filter(entry => !entry.isSingle)) {
    const same = tallies.find(line => isSame(line, entry));
    if (same) Object.assign(same, { count: same.count + entry.count, entries: [...same.entries, entry] });
    else tallies.push({ ...entry, entries: [entry] });
  }
  return [...doses, ...tallies];
}

/** A submission as the API takes it. */
export function bodyOf(submissionId, facilityId, lines) {
  const said = line => Object.fromEntries(Object.entries({
    vaccineId: line.vaccineId, doseNumber: line.doseNumber, occurredOn: line.day, lotNumber: line.lotNumber, ageBand: line.ageBand,
    sex: line.sex,
  }).filter(([, value]) => value));
  return {
    submissionId, facilityId,
    doses: lines.filter(line => line.isSingle).map(line => ({ doseId: line.id, ...said(line) })),
    tallies: lines.filter(line => !line.isSingle).map(line => ({ ...said(line), count: line.count })),
  };
}

/** Puts entries on the sheet again, under new ids. */
export const put = lines => change(['entries'], async ({ entries }) => {
  for (const line of lines) await entries.put({ ...line, id: newId(), at: Date.now() });
});
