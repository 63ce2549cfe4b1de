/* Countdowns tick by the server's clock; the moment itself is always in the page. */

const serverNow = Date.parse(document.documentElement.dataset.now ?? "");
// What this computer's clock is wrong by, so that two admins see the same countdown.
const skew = Number.isNaN(serverNow) ? 0 : serverNow - Date.now();

function spell(milliseconds, words) {
  const [day, hour, minute, second, left, past] = words.split("|");
  const seconds = Math.trunc(Math.abs(milliseconds) / 1000);
  const parts = [
    [Math.trunc(seconds / 86400), day],
    [Math.trunc((seconds % 86400) / 3600), hour],
    [Math.trunc((seconds % 3600) / 60), minute],
    [seconds % 60, second],
  ];
  while (parts.length > 1 && parts[0][0] === 0) parts.shift();
  const span = parts.slice(0, 2).map(([count, unit]) => `${count}${unit}`).join(" ");
  return (milliseconds >= 0 ? left : past).replace("%(span)s", span);
}

function tick() {
  if (document.hidden) return;
  const now = Date.now() + skew;
  for (const element of document.querySelectorAll("[data-deadline]")) {
    const text = spell(Date.parse(element.dataset.deadline) - now, element.dataset.words);
    if (element.textContent !== text) element.textContent = text;
  }
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
