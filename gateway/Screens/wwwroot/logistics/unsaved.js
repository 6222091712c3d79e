// What was typed is not left in silence: the browser asks first.
let isTyped = false;

document.addEventListener('input', event => { isTyped ||= !!event.target.closest('main form'); });
document.addEventListener('submit', () => { isTyped = false; });
addEventListener('beforeunload', event => { if (isTyped) event.preventDefault(); });
