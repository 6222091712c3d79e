// A shipment that is being decided on is asked for until it is; then its page is loaded anew. A tab that nobody looks at asks for nothing.
const { shipment, state } = document.querySelector('#state').dataset;
const ASK_EVERY = 1000, TIMES = 120;

let asked = 0;
const timer = setInterval(async () => {
  if (document.hidden) return;
  if (++asked > TIMES) return clearInterval(timer);
  const answer = await fetch(`/api/v1/shipments/${encodeURIComponent(shipment)}`).catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.json();
  if (now.state === state && (now.state === 'requested' || now.dispatchAskedAt)) return;
  clearInterval(timer);
  location.reload();
}, ASK_EVERY);
