// What a session is about at the moment: the facility, the day, for whom, which dose of which vaccine, and from which vial. Who and which
// are remembered on the device for the day; yesterday's vial is not today's.
import { keep, kept } from './device.js';
import { today } from './digits.js';
import { fits } from './reference.js';

export const state = {
  caller: null, facility: null, day: today(), ageBand: null, sex: null, isSingle: false, showsAll: false,
  /** The vaccine and dose number that are entered next. */
  vaccineId: null, doseNumber: null,
  /** The lots in use, by vaccine. */
  lots: {},
};

const REMEMBERED = ['ageBand', 'sex', 'isSingle', 'vaccineId', 'doseNumber', 'lots'];

export async function recall() {
  const before = await kept('use');
  if (before?.on === today()) for (const name of REMEMBERED) state[name] = before[name];
}

/** Changes what the session is about. */
export function choose(changes) {
  Object.assign(state, changes);
  return keep('use', { on: today(), ...Object.fromEntries(REMEMBERED.map(name => [name, state[name]])) });
}

export const vaccineOf = vaccineId => state.facility?.vaccines.find(vaccine => vaccine.vaccineId === vaccineId);

/** The vaccines that are offered: those that fit who is vaccinated, or all. */
export const offered = () => (state.facility?.vaccines ?? [])
  .filter(vaccine => state.showsAll || fits(vaccine, state.facility.cells, state, state.day));

/** The cell of the sheet for a dose of a vaccine, as things are. */
export function cellOf(vaccineId, doseNumber) {
  const { facility, caller, day, ageBand, sex, isSingle, lots } = state;
  return { facilityId: facility.facilityId, by: caller.subject, day, vaccineId, doseNumber, ageBand, sex, isSingle,
    lotNumber: lots[vaccineId] ?? null, vaccineName: vaccineOf(vaccineId)?.name ?? vaccineId };
}
