// A shipment that is being decided on is asked for until it is; then its page is loaded anew. A tab that nobody looks at asks for nothing.
const { shipment, state } = document.querySelector('#state').dataset;
const OFTEN = 1000, SELDOM = 30000, TIMES = 60;

async function isDecided() {
  const answer = await fetch(`/api/v1/shipments/${encodeURIComponent(shipment)}`).catch(() => null);
  if (!answer?.ok) return false;
  const now = await answer.json();
  return now.state !== state || (now.state !== 'requested' && !now.dispatchAskedAt);
}

for (let asked = 0; document.hidden || !await isDecided(); asked++)
  await new Promise(later => setTimeout(later, asked < TIMES ? OFTEN : SELDOM));
location.reload();
