// Reads what a scanner gives, by the GS1 General Specifications: element strings with or without brackets, digital links, and the number of
// a product alone. Pure: it works without a network, and is tested against the vectors that the server's reader is tested against.

const GS = '\x1d';

// Lengths of values that need no separator, by the first two digits of their identifier (General Specifications, figure 7.8.5-2).
const FIXED = { '00': 18, '01': 14, '02': 14, '03': 14, '11': 6, '12': 6, '13': 6, '14': 6, '15': 6, '16': 6, '17': 6, '18': 6, '19': 6,
  '20': 2, '31': 6, '32': 6, '33': 6, '34': 6, '35': 6, '36': 6, '41': 13 };
// How many digits an identifier has, where these are not two.
const LONGER = { '23': 3, '24': 3, '25': 3, '40': 3, '41': 3, '42': 3, '71': 3, '31': 4, '32': 4, '33': 4, '34': 4, '35': 4, '36': 4,
  '39': 4, '43': 4, '70': 4, '72': 4, '80': 4, '81': 4, '82': 4 };
// What is understood: the name of the value and what it must be.
const KNOWN = {
  '00': ['sscc', /^\d{18}$/, hasCheckDigit], '01': ['gtin', /^\d{14}$/, hasCheckDigit], '02': ['content', /^\d{14}$/, hasCheckDigit],
  '10': ['lot', /^[\x21-\x7e]{1,20}$/], '17': ['expiry', /^\d{6}$/], '21': ['serial', /^[\x21-\x7e]{1,20}$/],
  '30': ['count', /^\d{1,8}$/], '37': ['contained', /^\d{1,8}$/], '414': ['gln', /^\d{13}$/, hasCheckDigit],
};

/** Whether the last of some digits is the check digit of those before it. */
export function hasCheckDigit(digits) {
  if (!/^\d{2,}$/.test(digits)) return false;
  let sum = 0;
  for (let at = digits.length - 2, weight = 3; at >= 0; at--, weight = 4 - weight) sum += +digits[at] * weight;
  return (10 - sum % 10) % 10 === +digits.at(-1);
}

/** The day of YYMMDD, of which day 00 is the end of the month; null where there is no such day. */
export function dayOf(text, thisYear = new Date().getFullYear()) {
  const [year, month, day] = [+text.slice(0, 2), +text.slice(2, 4), +text.slice(4)];
  // Which century: from 49 years back to 50 years ahead.
  const apart = year - thisYear % 100;
  const full = thisYear - thisYear % 100 + year + (apart >= 51 ? -100 : apart <= -50 ? 100 : 0);
  const last = new Date(Date.UTC(full, month, 0)).getUTCDate();
  if (!/^\d{6}$/.test(text) || month < 1 || month > 12 || day > last) return null;
  return `${full}-${text.slice(2, 4)}-${String(day || last).padStart(2, '0')}`;
}

/**
 * What a code says: `gtin`, `lot`, `expiry` (a day), `serial`, `sscc`, `gln`, `count` and others, each if it is there; or `problem`, one of
 * `check`, `day`, `value`, `identifier`, `nothing`, with the identifier `at` which it is.
 */
export function read(scanned, thisYear) {
  let text = scanned.trim().replace(/\{GS\}|<GS>/gi, GS);
  const kind = /^\][A-Za-z][0-9A-Za-z]/.exec(text)?.[0];
  if (kind) text = text.slice(3);
  while (text.startsWith(GS)) text = text.slice(1);
  if (!text) return { problem: 'nothing' };
  if (/^https?:\/\//i.test(text)) return link(text, thisYear);
  if (text.startsWith('(')) return bracketed(text, thisYear);
  if (/^(\d{8}|\d{12,14})$/.test(text) && !/^\](C1|d2|Q3|e0|J1)$/.test(kind ?? ''))
    return hasCheckDigit(text) ? { gtin: text.padStart(14, '0') } : { problem: 'check', at: '01' };
  return elements(text, thisYear);
}

function elements(text, thisYear) {
  const found = [];
  for (let at = 0; at < text.length;) {
    if (text[at] === GS) { at++; continue; }
    const start = text.slice(at, at + 2), identifier = text.slice(at, at + (LONGER[start] ?? 2));
    if (!/^\d{2,4}$/.test(identifier)) return { problem: 'identifier', at: identifier };
    at += identifier.length;
    const separator = text.indexOf(GS, at), end = separator < 0 ? text.length : separator;
    const value = text.slice(at, FIXED[start] ? Math.min(end, at + FIXED[start]) : end);
    found.push([identifier, value]);
    at += value.length;
  }
  return valuesOf(found, thisYear);
}

function bracketed(text, thisYear) {
  // A bracket that is part of a value has a backslash before it.
  const parts = text.split(/(?<!\\)\((\d{2,4})\)/);
  if (parts[0] !== '' || parts.length < 3) return { problem: 'identifier', at: text.slice(0, 4) };
  const found = [];
  for (let at = 1; at < parts.length; at += 2) found.push([parts[at], parts[at + 1].replaceAll('\\(', '(').replaceAll(GS, '')]);
  return valuesOf(found, thisYear);
}

function link(text, thisYear) {
  if (!URL.canParse(text)) return { problem: 'value', at: 'http' };
  const url = new URL(text);
  const steps = url.pathname.split('/').filter(Boolean).map(decode), found = [];
  const first = steps.findIndex(step => ['00', '01', '414'].includes(step));
  if (first < 0) return { problem: 'identifier', at: 'http' };
  for (let at = first; at + 1 < steps.length; at += 2) found.push([steps[at], steps[at + 1]]);
  for (const [name, value] of url.searchParams) if (/^\d{2,4}$/.test(name)) found.push([name, value]);
  return valuesOf(found.map(([identifier, value]) => [identifier, identifier === '01' ? value.padStart(14, '0') : value]), thisYear);
}

function decode(step) {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function valuesOf(found, thisYear) {
  const read = {};
  for (const [identifier, value] of found) {
    const [name, form, check] = KNOWN[identifier] ?? [];
    if (!value) return { problem: 'value', at: identifier };
    if (!name) continue;
    if (!form.test(value)) return { problem: 'value', at: identifier };
    if (check && !check(value)) return { problem: 'check', at: identifier };
    const meant = name === 'expiry' ? dayOf(value, thisYear) : value;
    if (!meant) return { problem: 'day', at: identifier };
    read[name] = meant;
  }
  return Object.keys(read).length ? read : { problem: 'identifier', at: found[0][0] };
}
