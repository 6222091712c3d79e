// Signs in: with the code of a link, which stands in the fragment and is sent to nobody else, or with an access key that is typed once.
const said = document.querySelector('#said');
const say = which => { said.textContent = which ? said.dataset[which] : ''; };

const begin = (code, key) => fetch('/api/v1/session', {
  method: 'POST',
  headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
  body: JSON.stringify({ code }),
});

// A new navigation of this very page: only that has the cookie, where a link of another site led here.
const enter = () => location.replace(location.pathname + location.search);

async function arrive() {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code) {
    history.replaceState(null, '', location.pathname + location.search);
    if ((await begin(code)).ok) return enter();
    say('used');
  } else if ((await fetch('/api/v1/me')).ok) {
    return enter();
  }
  document.querySelector('#key').focus();
}

document.querySelector('#sign-in').addEventListener('submit', async event => {
  event.preventDefault();
  say('');
  try {
    const answer = await begin(null, document.querySelector('#key').value.trim());
    if (answer.ok) enter(); else say('refused');
  } catch {
    say('silent');
  }
});

arrive().catch(() => say('silent'));
