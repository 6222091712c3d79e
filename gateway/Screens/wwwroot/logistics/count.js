// A count while it is typed: what stands in the form stays in this browser until it is recorded, and lots can be gone through some at a time.
const form = document.querySelector('#count');
const key = `count:${form.dataset.draft}`;
const names = ['vaccineId', 'lotNumber', 'doses'];
const field = (line, name) => form.elements.namedItem(`lines[${line}].${name}`);
const said = line => names.map(name => field(line, name).value);
const isFound = line => !!field(line, 'found');
const lines = [];
while (field(lines.length, 'doses')) lines.push(lines.length);
// What was counted and has no room in the form.
let rest = [];

// A figure belongs to its lot: by the time that it comes back the lots may stand in another order.
function keep() {
  const { occurredAt, reason, before } = form.elements;
  const counted = lines.filter(line => !isFound(line) && field(line, 'doses').value).map(said);
  const found = [...lines.filter(isFound).map(said).filter(parts => parts.some(part => part)), ...rest];
  if (reason.value || counted.length || found.length)
    localStorage.setItem(key, JSON.stringify({ at: occurredAt.value, before: before.checked, reason: reason.value, counted, found }));
  else localStorage.removeItem(key);
}

function restore() {
  const draft = JSON.parse(localStorage.getItem(key));
  if (!draft) return;
  const isOf = (line, [vaccine, lot]) =>
    !isFound(line) && field(line, 'vaccineId').value === vaccine && field(line, 'lotNumber').value === lot;
  const found = [...draft.found], room = lines.filter(isFound);
  for (const counted of draft.counted) {
    const line = lines.find(each => isOf(each, counted));
    // The book may have lost it meanwhile, and it may lie there all the same.
    if (line === undefined) found.push(counted); else field(line, 'doses').value = counted[2];
  }
  room.forEach((line, at) => names.forEach((name, part) => { field(line, name).value = found[at]?.[part] ?? ''; }));
  rest = found.slice(room.length);
  form.elements.occurredAt.value = draft.at;
  form.elements.before.checked = draft.before;
  form.elements.reason.value = draft.reason;
  document.querySelector('#draft').hidden = false;
}

function page() {
  const lots = [...form.querySelectorAll('fieldset.lot')], [some, further] = ['#some', '#further'].map(id => form.querySelector(id));
  let shown = 0, from = 0;
  const show = () => {
    lots.forEach((lot, at) => { lot.hidden = shown > 0 && (at < from || at >= from + shown); });
    further.hidden = !shown || from + shown >= lots.length;
    for (const button of some.children) button.setAttribute('aria-pressed', String(+button.dataset.some === shown));
  };
  some.hidden = lots.length <= 8;
  some.addEventListener('click', event => {
    if (!event.target.dataset.some) return;
    [shown, from] = [+event.target.dataset.some, 0];
    show();
  });
  further.addEventListener('click', () => {
    from += shown;
    show();
    lots[from].querySelector('input').focus();
  });
}

// Beside the book nothing is typed.
if (form.querySelector('#draft')) {
  try {
    if ('new' in form.dataset) restore(); else keep();
  } catch {
    // Of another version of this page.
    localStorage.removeItem(key);
  }
  form.addEventListener('input', keep);
  document.querySelector('#draft button').addEventListener('click', () => { localStorage.removeItem(key); location.reload(); });
  page();
}
