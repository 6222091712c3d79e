// Digits as people type them: those of three scripts are the same digits.

/** A text with its digits as 0 to 9. */
export const plain = text => text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, digit => digit.charCodeAt(0) & 15);

/** The whole number that was typed, from 0 to a limit; null for anything else. */
export function wholeNumber(text, most) {
  const digits = plain(text.trim());
  return /^\d{1,9}$/.test(digits) && +digits <= most ? +digits : null;
}

/** The day that was typed as YYYY-MM-DD; null for anything else. */
export function day(text) {
  const typed = plain(text.trim());
  const date = /^\d{4}-\d{2}-\d{2}$/.test(typed) ? new Date(`${typed}T00:00:00Z`) : null;
  return date && !isNaN(date) && date.toISOString().slice(0, 10) === typed ? typed : null;
}

/** Today where the device is, as YYYY-MM-DD. */
export function today(now = new Date()) {
  const two = number => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** The day so many days after another. */
export function daysAfter(from, days) {
  const date = new Date(`${from}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
