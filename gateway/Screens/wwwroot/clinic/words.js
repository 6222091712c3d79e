// The words of the page's language, which the page brings along, and how figures and days are written.
const words = JSON.parse(document.querySelector('#words').textContent);
const { lang } = document.documentElement;
const digits = new URLSearchParams(location.search).get('digits') === 'arab' ? 'arab' : document.body.dataset.digits;
const locale = `${lang}-u-nu-${digits}-ca-gregory`;
const plurals = new Intl.PluralRules(lang);
const wholes = new Intl.NumberFormat(locale);
const days = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
const shortDays = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

// Kept apart in a line that runs the other way.
const apart = value => document.documentElement.dir === 'rtl' || /[\u0590-\u08ff]/.test(value) ? `\u2068${value}\u2069` : value;

/** The words of a key with values in their places. */
export const say = (key, ...values) => (words[key] ?? key).replace(/\{(\d)\}/g, (_, at) => apart(`${values[at] ?? ''}`));

/** The words for so many of something. */
export const count = (key, number, ...values) => say(`${key}.${plurals.select(number)}`, whole(number), ...values);

/** The words for a value that people chose, where there are any; else the value. */
export const named = (kind, value) => words[`${kind}.${value}`] ?? value;

export const whole = number => number == null ? '–' : wholes.format(number);
export const day = iso => days.format(new Date(`${iso}T00:00:00Z`));
export const shortDay = iso => iso ? shortDays.format(new Date(`${iso}T00:00:00Z`)) : '–';
export const time = moment => clock.format(new Date(moment));

/** Marks a field as wrong, or no longer. */
export const invalid = (field, isWrong) => isWrong ? field.setAttribute('aria-invalid', 'true') : field.removeAttribute('aria-invalid');

/** An element with what is in it; what is null is left out. Properties that are functions listen. */
export function make(tag, properties = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value != null && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...inside.flat().filter(part => part != null && part !== false));
  return made;
}
