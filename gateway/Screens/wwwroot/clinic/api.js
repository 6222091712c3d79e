// Asks the API as everybody may, and knows whether it answers: a network may be there and lead nowhere.
const PATIENCE = 20_000;

/** How the way to the server is: `isOffline` when the last question got no answer, `isSignedOut` when nobody is signed in. */
export const way = { isOffline: !navigator.onLine, isSignedOut: false };

/** Asks, or sends where there is a body. The status is 0 where no answer came. */
export async function ask(path, body) {
  try {
    const answer = await fetch(`/api/v1/${path}`, {
      method: body ? 'POST' : 'GET', signal: AbortSignal.timeout(PATIENCE),
      headers: body ? { 'content-type': 'application/json' } : {}, body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    Object.assign(way, { isOffline: false, isSignedOut: answer.status === 401 });
    const read = text.startsWith('{') ? JSON.parse(text) : null;
    return { isOk: answer.ok, status: answer.status, body: answer.ok ? read : null, problem: answer.ok ? null : read };
  } catch {
    way.isOffline = true;
    return { isOk: false, status: 0, body: null, problem: null };
  }
}

/** All items of a list, page by page, up to so many; null where it is not told. */
export async function list(path, most = 10_000) {
  const items = [];
  for (let next = ''; next !== null && items.length < most;) {
    const answer = await ask(`${path}${path.includes('?') ? '&' : '?'}limit=1000${next && `&after=${encodeURIComponent(next)}`}`);
    if (!answer.isOk) return null;
    items.push(...answer.body.items);
    next = answer.body.next;
  }
  return items;
}

/** Why something was refused, in the words of the API: with the field, where it names one. */
export function reasonOf({ status, problem }) {
  const fields = Object.entries(problem?.errors ?? {}).map(([field, reasons]) => `${field}: ${[reasons].flat().join(' ')}`);
  return fields.join(' ') || problem?.detail || problem?.title || `${status}`;
}
