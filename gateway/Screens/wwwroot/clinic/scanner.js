// Tells a scanner from a person: it types keys at most 35 ms apart and ends with Enter or Tab. What counts is where a key lies
// (`event.code`), not what the keyboard's language makes of it: a code scanned on a French or Arabic layout comes out right.

const APART = 35, SHORTEST = 6;
const SHIFTED = ')!@#$%^&*(';
const SIGNS = {
  Minus: '-_', Equal: '=+', BracketLeft: '[{', BracketRight: ']}', Backslash: '\\|', Semicolon: ';:', Quote: '\'"', Comma: ',<',
  Period: '.>', Slash: '/?', Backquote: '`~', Space: '  ', IntlBackslash: '<>', NumpadDecimal: '..', NumpadDivide: '//',
  NumpadMultiply: '**', NumpadSubtract: '--', NumpadAdd: '++',
};

/** What a key means to a scanner, which types as on an American keyboard; null for none. */
export function letterOf({ code, shiftKey, ctrlKey, altKey, metaKey }) {
  if (ctrlKey) return code === 'BracketRight' ? '\x1d' : null;
  if (altKey || metaKey) return null;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  const digit = /^(Digit|Numpad)(\d)$/.exec(code);
  if (digit) return shiftKey && digit[1] === 'Digit' ? SHIFTED[digit[2]] : digit[2];
  return SIGNS[code]?.[+shiftKey] ?? null;
}

/** Calls back with what is scanned, wherever the focus is; the field that had it is as it was before. */
export function listen(scanned, page = window) {
  let letters = '', last = -Infinity, before;

  page.addEventListener('keydown', event => {
    if (['Shift', 'Control', 'CapsLock', 'AltGraph', 'Alt'].includes(event.key) || /^(Shift|Control)/.test(event.code)) return;
    const isFast = event.timeStamp - last <= APART;
    last = event.timeStamp;
    if (event.key === 'Enter' || event.key === 'Tab') {
      const code = letters;
      letters = '';
      if (!isFast || code.length < SHORTEST) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      restore(before);
      scanned(code);
      return;
    }
    const letter = letterOf(event);
    if (letter === null) { letters = ''; return; }
    if (!isFast || !letters) {
      letters = '';
      const field = document.activeElement;
      before = 'value' in (field ?? {}) && field.matches('input, textarea, select') ? { field, value: field.value } : null;
    }
    letters += letter;
    // Keys of a scan are no shortcuts.
    if (letters.length > 2) event.stopImmediatePropagation();
  }, { capture: true });
}

function restore(before) {
  if (!before || before.field.value === before.value) return;
  before.field.value = before.value;
  for (const name of ['input', 'change']) before.field.dispatchEvent(new Event(name, { bubbles: true }));
}
