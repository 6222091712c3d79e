// Submissions wait on the device with their ids from before the first try. They go out one after the other: when the sheet is closed, when
// the network is back, and at each start. They leave on the server's answer alone; a repeat gets the first answer, so nothing counts twice.
import { ask, reasonOf, way } from './api.js';
import { all, change, follow, keep, newId, tell } from './device.js';
import { caller, learnCaller } from './reference.js';
import { bodyOf, dosesOf, linesOf } from './sheet.js';

const UNDO = 10_000, LINES_MOST = 500, FIRST_WAIT = 5_000, LONGEST_WAIT = 60_000;
let timer, running = false, again = false, wait = FIRST_WAIT, retryAt = 0, onSent = () => {};

/** Closes the sheet of a person: it goes out in ten seconds, if it is not undone. Done twice it does nothing more. */
export async function close(by) {
  await change(['entries', 'submissions'], async ({ entries, submissions }) => {
    const own = (await entries.all()).filter(entry => entry.by === by);
    for (const facilityId of new Set(own.map(entry => entry.facilityId))) {
      const lines = linesOf(own.filter(entry => entry.facilityId === facilityId));
      for (let at = 0; at < lines.length; at += LINES_MOST) {
        const part = lines.slice(at, at + LINES_MOST), submissionId = newId();
        await submissions.put({
          submissionId, facilityId, by, lines: part, doses: dosesOf(part), body: bodyOf(submissionId, facilityId, part),
          closedAt: Date.now(), notBefore: Date.now() + UNDO, tries: 0,
        });
      }
    }
    for (const entry of own) await entries.remove(entry.id);
  });
  await flush();
}

/** Takes a closed sheet back that was not tried yet: its entries are in the open sheet again. */
export const reopen = submissionId => putBack(submissionId, submission => submission.tries === 0);

/** Opens one again that the server refused, with new ids. */
export const enterAgain = submissionId => putBack(submissionId, submission => submission.refused, true);

const putBack = (submissionId, may, asNew = false) => change(['entries', 'submissions'], async ({ entries, submissions }) => {
  const submission = await submissions.get(submissionId);
  if (!submission || !may(submission)) return;
  for (const entry of submission.lines.flatMap(line => line.entries)) await entries.put(asNew ? { ...entry, id: newId() } : entry);
  await submissions.remove(submissionId);
});

/** What somebody else entered on this device is sent by who is here now. Nobody does so without a word: a person asks for it. */
export const takeOver = by => change(['entries', 'submissions'], async ({ entries, submissions }) => {
  for (const entry of await entries.all()) if (entry.by !== by) await entries.put({ ...entry, by });
  for (const submission of await submissions.all()) if (submission.by !== by) await submissions.put({ ...submission, by });
}).then(flush);

/** Sends one that was refused again, as it is: somebody may have put right what was wrong. */
export const retry = submissionId => change(['submissions'], async ({ submissions }) => {
  const { refused, ...submission } = await submissions.get(submissionId);
  await submissions.put(submission);
}).then(flush);

/** What has been read of what went wrong is not shown again. */
export const dismiss = id => change(['troubles'], ({ troubles }) => troubles.remove(id));

/** Sends what is due. Several tabs take turns, so that each submission goes out of one of them. */
export async function flush() {
  if (running) { again = true; return; }
  running = true;
  try {
    do {
      again = false;
      await (navigator.locks ? navigator.locks.request('clinic-outbox', sendDue) : sendDue());
    } while (again);
  } finally {
    running = false;
    await plan();
  }
}

async function sendDue() {
  const due = (await all('submissions')).filter(submission => !submission.refused && submission.notBefore <= Date.now());
  if (due.length === 0) return;
  const me = await learnCaller();
  let isDone = me !== null;
  for (const submission of due) if (isDone && submission.by === me.subject) isDone = await send(submission.submissionId);
  retryAt = isDone ? 0 : Date.now() + wait;
  wait = isDone ? FIRST_WAIT : Math.min(2 * wait, LONGEST_WAIT);
  tell();
}

// False where it is to be tried later, and those after it too.
async function send(submissionId) {
  const submission = await change(['submissions'], async ({ submissions }) => {
    const now = await submissions.get(submissionId);
    if (now && !now.refused) await submissions.put(Object.assign(now, { tries: now.tries + 1 }));
    return now;
  });
  if (!submission || submission.refused) return true;
  const answer = await ask('administrations', submission.body);
  if ([0, 401, 408, 429].includes(answer.status) || answer.status >= 500) return false;
  if (answer.isOk) await settle(submission, answer.body);
  else await change(['submissions'], ({ submissions }) => submissions.put({ ...submission, refused: reasonOf(answer) }));
  return true;
}

// The server has answered: the submission leaves, and what is wrong with a line stays beside that line.
async function settle(submission, answer) {
  const troubles = [['held', answer.heldLines], ['conflict', answer.conflicts], ['rejected', answer.rejected]]
    .flatMap(([kind, lines]) => (lines ?? []).map(line => ({
      id: `${submission.submissionId}:${kind}:${line.line}`, kind, reason: line.reason, line: submission.lines[line.line - 1],
    })));
  await change(['submissions', 'troubles'], async stores => {
    for (const trouble of troubles) await stores.troubles.put(trouble);
    await stores.submissions.remove(submission.submissionId);
  });
  const { accepted, duplicates, held, conflictsTotal, rejectedTotal } = answer;
  await keep('sent', { at: Date.now(), accepted, duplicates, held, conflicts: conflictsTotal, rejected: rejectedTotal });
  onSent(submission);
}

// The next look: when one falls due, or after a while where there was no answer. What others entered waits for them.
async function plan() {
  clearTimeout(timer);
  const me = await caller();
  const open = (await all('submissions')).filter(submission => !submission.refused && submission.by === me?.subject);
  const next = Math.min(...open.map(submission => Math.max(submission.notBefore, retryAt)));
  clearTimeout(timer);
  if (open.length > 0) timer = setTimeout(flush, Math.max(0, next - Date.now()) + 1);
}

/** Begins to send, now and whenever there is a reason to. */
export function start(sent) {
  onSent = sent;
  addEventListener('online', () => { way.isOffline = false; wait = FIRST_WAIT; flush(); });
  addEventListener('offline', () => { way.isOffline = true; tell(); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) flush(); });
  // Another tab may have closed one.
  follow(() => { if (!running) plan(); });
  flush();
}
