// The sum of each line of a receipt, as one types: accepted, rejected and missing are what was shipped. The server looks again.
import { plain } from '../clinic/digits.js';
import './unsaved.js';

const written = number => {
  const digits = document.body.dataset.digits;
  return new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-${digits}`).format(number);
};

const number = input => {
  const digits = plain(input.value).replace(/\s/g, '');
  return /^\d{1,15}$/.test(digits) ? +digits : NaN;
};

function tell(line) {
  const shipped = +line.dataset.shipped, told = line.querySelector('output');
  const sum = [...line.querySelectorAll('input[inputmode=numeric]')].reduce((all, input) => all + number(input), 0);
  const { right, less, more, none } = told.dataset;
  const words = isNaN(sum) ? none : sum === shipped ? right
    : (sum < shipped ? less : more).replace('{0}', written(Math.abs(shipped - sum)));
  told.className = sum === shipped ? 'adds-up' : 'differs';
  if (told.textContent !== words) told.textContent = words;
}

for (const line of document.querySelectorAll('fieldset.receipt')) line.addEventListener('input', () => tell(line));
