// What the device must know to work alone: who works here, the facility, its vaccines, their lots and its own stock, and what was reported
// of the day. It is asked for when there is a network, and kept.
import { ask, list } from './api.js';
import { change, keep, kept } from './device.js';

const LOTS_MOST = 5_000, DAY = 'day:';

/** Who is signed in, or was when there was a network: `{ subject, places, isEverywhere }`; null where nobody was. */
export const caller = () => kept('caller');

/** Asks who is signed in. What is kept of another person's facility goes; what that person entered stays. */
export async function learnCaller() {
  const answer = await ask('me');
  if (!answer.isOk) return null;
  const places = answer.body.grants.filter(grant => grant.rights.includes('report.write')).map(grant => grant.placeId);
  const now = { subject: answer.body.subject, places: places.filter(Boolean), isEverywhere: places.includes(null) };
  await change(['kept'], async ({ kept: store }) => {
    const before = (await store.get('caller'))?.value;
    if (before && before.subject !== now.subject) await store.clear();
    await store.put({ key: 'caller', value: now });
  });
  return now;
}

/** Forgets who worked here and what is kept of the facility; not what waits to be sent. */
export const forget = () => change(['kept'], ({ kept: store }) => store.clear());

/** What is kept of a facility; null where nothing is. */
export const facility = id => kept(`facility:${id}`);

/** Asks for all of a facility and keeps it; false where the server does not tell. */
export async function refresh(id) {
  const place = await ask(`facilities/${encodeURIComponent(id)}`);
  const vaccines = await list('vaccines');
  if ((!place.isOk && place.status !== 404) || !vaccines) return false;
  const stock = await list(`stock?facilityId=${encodeURIComponent(id)}&only=true`);
  const targets = await list(`target-populations?facilityId=${encodeURIComponent(id)}`) ?? [];
  const before = await facility(id);
  await keep(`facility:${id}`, {
    facilityId: id, name: place.body?.name ?? id, vaccines,
    stock: stock ?? before?.stock ?? null, lots: await lots(stock ?? [], before?.lots ?? {}),
    cells: targets.flatMap(target => target.cells.map(cell => ({ vaccineId: target.vaccineId, ageBand: cell.ageBand, sex: cell.sex }))),
    asOf: Date.now(),
  });
  return true;
}

// When lots expire: of the vaccines that are on the shelf.
async function lots(stock, known) {
  const found = { ...known };
  for (const vaccineId of new Set(stock.map(position => position.vaccineId)))
    for (const lot of await list(`vaccines/${encodeURIComponent(vaccineId)}/lots`, LOTS_MOST) ?? [])
      found[lotKey(vaccineId, lot.lotNumber)] = lot.expirationDate;
  for (const position of stock)
    if (position.lotNumber) found[lotKey(position.vaccineId, position.lotNumber)] ??= position.expirationDate;
  return found;
}

export const lotKey = (vaccineId, lot) => `${vaccineId}|${lot.toUpperCase()}`;

/** What was reported of a day, as it was last told: `{ lines, asOf }`; null where it never was. */
export const reported = (id, day) => kept(`${DAY}${id}:${day}`);

/** Asks for what was reported of a day and keeps it, in place of other days; false where the server does not tell. */
export async function refreshDay(id, day) {
  const lines = await list(`administrations?facilityId=${encodeURIComponent(id)}&occurredOn=${day}`);
  const held = lines?.some(line => line.state === 'held') ? await list(`administrations/held?facilityId=${encodeURIComponent(id)}`) : [];
  if (!lines) return false;
  const waiting = new Map((held ?? []).map(line => [line.heldId, line]));
  const value = { lines: lines.map(line => ({ ...line, waitsFor: waiting.get(line.id)?.missing, perhaps: waiting.get(line.id)?.perhaps })),
    asOf: Date.now() };
  await change(['kept'], async ({ kept: store }) => {
    for (const { key } of await store.all()) if (key.startsWith(DAY) && !key.startsWith(`${DAY}${id}:`)) await store.remove(key);
    await store.put({ key: `${DAY}${id}:${day}`, value });
  });
  return true;
}

/** Whether a vaccine is for such people on such a day: by the target population of the facility, where that tells them apart. */
export function fits(vaccine, cells, { ageBand, sex }, day) {
  if (vaccine.introducedOn && vaccine.introducedOn > day) return false;
  const own = cells.filter(cell => cell.vaccineId === vaccine.vaccineId && (cell.ageBand || cell.sex));
  const agrees = (asked, said) => !asked || !said || asked === said;
  return own.length === 0 || own.some(cell => agrees(ageBand, cell.ageBand) && agrees(sex, cell.sex));
}

/** The lot of a vaccine to open next: of those that may be used, the first to expire. */
export function nextLot(stock, vaccineId, day) {
  const usable = (stock ?? []).filter(position => position.vaccineId === vaccineId && position.usable > 0
    && (!position.usableUntil || position.usableUntil >= day));
  return usable.sort((one, other) => (one.usableUntil ?? '9').localeCompare(other.usableUntil ?? '9'))[0] ?? null;
}
