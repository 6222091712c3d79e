// What waits and what went wrong, at first glance, on each page of a clinic: "Everything is sent", or how many doses wait and for what.
import { way } from './api.js';
import { all, follow, kept, tell } from './device.js';
import { close, dismiss, enterAgain, reopen, retry, takeOver } from './outbox.js';
import { caller, forget } from './reference.js';
import { dosesOf, put } from './sheet.js';
import { count, make, named, say, shortDay, time, whole } from './words.js';

const isSecure = isSecureContext && 'serviceWorker' in navigator;
let mayBeCleared = false;

/** Puts children in place of those of an element; what had the focus has it again, found by its id. */
export function fill(element, ...children) {
  const held = element.contains(document.activeElement) ? document.activeElement.id : null;
  element.replaceChildren(...children.flat().filter(Boolean));
  if (held) (document.getElementById(held) ?? element.querySelector('button, a, [tabindex]') ?? document.querySelector('#entry'))?.focus();
}

/** Shows how it stands in the elements of the page, now and after each change. Who signs out is told what waits. */
export function showStatus() {
  document.querySelector('form[action="/sign-out"]')?.addEventListener('submit', signOut);
  follow(draw);
  addEventListener('online', draw);
  if (isSecure) {
    navigator.serviceWorker.register('/clinic/worker.js', { scope: '/clinic/' }).catch(() => { mayBeCleared = true; });
    navigator.storage?.persisted?.().then(async is => { mayBeCleared = !is && !await navigator.storage.persist(); draw(); });
  }
  return draw();
}

/** What lies on the device and is not with the server: of who is here, as lines in the order in which they were entered, and of others. */
export async function waiting() {
  const me = await caller();
  const entries = await all('entries'), submissions = await all('submissions');
  const isOwn = one => one.by === me?.subject;
  const closed = submissions.filter(isOwn).flatMap(one => one.lines.map(line => ({ ...line, facilityId: one.facilityId, isClosed: true })));
  return { me, entries: entries.filter(isOwn), submissions: submissions.filter(isOwn), lines: [...closed, ...entries.filter(isOwn)],
    others: [...entries, ...submissions].filter(one => !isOwn(one)), troubles: await all('troubles') };
}

async function signOut(event) {
  event.preventDefault();
  if ((await waiting()).lines.length > 0 && !confirm(say('signOut.waits'))) return;
  await forget();
  event.target.submit();
}

const doses = submissions => submissions.reduce((sum, submission) => sum + submission.doses, 0);

async function draw() {
  const { me, entries, submissions, others, troubles } = await waiting();
  const [open, sent] = [dosesOf(entries), await kept('sent')];
  const going = submissions.filter(one => !one.refused && one.tries === 0 && one.notBefore > Date.now());
  const stuck = submissions.filter(one => !one.refused && !going.includes(one));
  const all = open + doses(submissions), refused = submissions.filter(one => one.refused);
  const hasTrouble = others.length + troubles.length + refused.length > 0;
  const root = document.querySelector('#sending');
  root.className = all ? 'waits' : hasTrouble ? 'trouble' : 'sent';
  const headline = root.querySelector('[role=status]');
  const words = all ? count('sending.waits', all) : say(hasTrouble ? 'sending.trouble' : 'sending.sent');
  if (headline.textContent !== words) headline.textContent = words;
  fill(root.querySelector('.details'),
    open > 0 && make('button', { id: 'send', class: 'main', click: () => close(me.subject) }, count('sending.send', open)),
    going.length > 0 && make('p', {}, count('sending.going', doses(going)), ' ',
      make('button', { id: 'undo-send', click: () => going.forEach(one => reopen(one.submissionId)) }, say('undo'))),
    way.isSignedOut ? make('p', {}, say('sending.signedOut'), ' ',
      make('a', { href: location.href, id: 'sign-in-again' }, say('sending.signIn')))
      : way.isOffline ? make('p', {}, say('sending.offline'))
      : stuck.length > 0 && make('p', {}, count('sending.trying', doses(stuck))),
    others.length > 0 && othersOf(me, others),
    all === 0 && sent && make('p', { class: 'soft' }, answerOf(sent)),
    !isSecure && make('p', { class: 'warn' }, say('sending.insecure')),
    isSecure && mayBeCleared && all > 0 && make('p', { class: 'soft' }, say('sending.mayBeCleared')));
  fill(document.querySelector('#troubles'), troubles.map(troubleOf), refused.map(refusedOf));
}

// What somebody else entered waits for that person, unless who is here says that it goes out in another name.
function othersOf(me, others) {
  const names = [...new Set(others.map(one => one.by))].join(', ');
  const number = others.reduce((sum, one) => sum + (one.doses ?? one.count), 0);
  return make('p', { class: 'warn' }, count('sending.others', number, names), ' ', me && make('button', {
    id: 'take-over', click: () => confirm(say('sending.takeOver.sure', me.subject)) && takeOver(me.subject),
  }, say('sending.takeOver')));
}

/** What the server answered, in words: what is not nought. */
export const answerOf = sent => say('sending.answer', time(sent.at), ['accepted', 'duplicates', 'held', 'conflicts', 'rejected']
  .filter(name => sent[name] > 0 || (name === 'accepted' && !sent.held)).map(name => count(`answer.${name}`, sent[name])).join(' · '));

/** Doses in a few words. */
export const lineOf = line => [say('line.doses', whole(line.count), line.vaccineName ?? line.vaccineId, line.doseNumber),
  aboutOf(line), shortDay(line.day)].filter(Boolean).join(' · ');

/** For whom, and from which lot. */
export const aboutOf = line => [line.ageBand, line.sex && named('sex', line.sex), line.lotNumber && say('line.lot', line.lotNumber)]
  .filter(Boolean).join(' · ');

const troubleOf = trouble => make('li', { class: 'trouble' },
  make('p', {}, make('strong', {}, say(`trouble.${trouble.kind}`)), ' ', trouble.line && make('span', {}, lineOf(trouble.line))),
  make('p', { class: 'soft' }, make('bdi', { lang: 'en' }, trouble.reason)),
  make('p', {}, say(`trouble.${trouble.kind}.do`)),
  make('p', { class: 'buttons' },
    trouble.kind === 'rejected' && trouble.line && make('button', {
      id: `again-${trouble.id}`, click: () => put(trouble.line.entries).then(() => dismiss(trouble.id)),
    }, say('trouble.again')),
    make('button', { id: `ok-${trouble.id}`, click: () => dismiss(trouble.id).then(tell) }, say('trouble.ok'))));

const refusedOf = submission => make('li', { class: 'trouble' },
  make('p', {}, make('strong', {}, count('trouble.refused', submission.doses))),
  make('p', { class: 'soft' }, make('bdi', { lang: 'en' }, submission.refused)),
  make('p', {}, say('trouble.refused.do')),
  make('p', { class: 'buttons' },
    make('button', { id: `retry-${submission.submissionId}`, click: () => retry(submission.submissionId) }, say('trouble.retry')),
    make('button', { id: `open-${submission.submissionId}`, click: () => enterAgain(submission.submissionId) }, say('trouble.again'))));
