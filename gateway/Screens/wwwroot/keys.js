// The keys: "/" goes to the search, "?" opens the help; neither while something is being typed.
const typing = element => element?.matches('input, select, textarea, [contenteditable]');

document.addEventListener('keydown', event => {
  const help = document.querySelector('#help');
  if (event.key === 'Escape' && help.open) {
    help.open = false;
    help.querySelector('summary').focus();
  }
  if (event.ctrlKey || event.altKey || event.metaKey || typing(document.activeElement)) return;
  if (event.key === '/') {
    event.preventDefault();
    document.querySelector('#search')?.focus();
  } else if (event.key === '?') {
    help.open = !help.open;
    help.querySelector('summary').focus();
  }
});
