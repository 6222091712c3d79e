// Takes a line back: a reason is asked for, and a second look, because it is for ever.
import { ask, reasonOf } from './api.js';
import { newId } from './device.js';
import { wholeNumber } from './digits.js';
import { invalid, make, say } from './words.js';

const reasons = new Map();

/** Opens the form below the row of a line. Its id is made now, so that sent twice it is one. */
export function openRetraction(line, row, done) {
  document.querySelector('#lines form')?.closest('tr').remove();
  const requestId = newId(), stands = line.doses - line.retracted, isTally = line.id.includes(':');
  const reason = make('input', { id: 'reason', maxlength: 200, required: true, dir: 'auto', autocomplete: 'off' });
  const doses = isTally && stands > 1
    && make('input', { id: 'how-many', inputmode: 'numeric', maxlength: 9, value: stands, size: 6, dir: 'ltr', autocomplete: 'off' });
  const said = make('p', { role: 'alert', class: 'warn' }), button = make('button', { class: 'main' }, say('retract.do'));
  const close = () => { opened.remove(); row.querySelector('button')?.focus(); };
  const form = make('form', {
    submit: async event => {
      event.preventDefault();
      const number = doses ? wholeNumber(doses.value, stands) : null;
      invalid(reason, !reason.value.trim());
      if (doses) invalid(doses, !number);
      if (!reason.value.trim() || (doses && !number)) {
        said.textContent = say(reason.value.trim() ? 'retract.howMany.wrong' : 'retract.reason.wrong', stands);
        return;
      }
      button.disabled = true;
      const answer = await ask(`administrations/${encodeURIComponent(line.id)}/retract`,
        { requestId, reason: reason.value.trim(), ...(number && number < stands && { doses: number }) });
      button.disabled = false;
      if (answer.isOk) {
        opened.remove();
        done(number ?? stands);
      } else {
        said.textContent = answer.status === 0 ? say('retract.offline')
          : answer.status === 401 ? say('retract.signedOut') : reasonOf(answer);
      }
    },
    keydown: event => event.key === 'Escape' && close(),
  },
  make('label', { for: 'reason' }, say('retract.reason')), reason,
  doses && make('label', { for: 'how-many' }, say('retract.howMany', stands)), doses,
  make('p', { class: 'soft' }, say('retract.forEver')), said,
  make('p', { class: 'buttons' }, button, make('button', { type: 'button', click: close }, say('cancel'))));
  const opened = make('tr', { class: 'form' }, make('td', { colspan: 3 }, form));
  row.after(opened);
  reason.focus();
}

/** Shows beside lines that were taken back who did so and why. */
export async function reasonsOf(lines, table) {
  for (const line of lines) {
    const key = `${line.id}:${line.retracted}`;
    if (!reasons.has(key)) {
      const answer = await ask(`administrations/${encodeURIComponent(line.id)}`);
      if (!answer.isOk) return;
      reasons.set(key, answer.body.corrections.map(correction => say('retract.by', correction.reason, correction.recordedBy)).join(' · '));
    }
    const shown = table.querySelector(`[data-line="${CSS.escape(line.id)}"] .reason`);
    if (shown) shown.textContent = reasons.get(key);
  }
}
