/* Live fragments: polled by htmx, paused in hidden tabs, never over a form being typed in. */

import { isBeingTypedIn } from "./forms.js";

function isLive(element) {
  return Boolean(element?.closest?.("[data-live]"));
}

function showNews() {
  const bar = document.querySelector("[data-news]");
  if (bar) bar.hidden = false;
}

/* A session that ended answers with the sign-in page: not for inside a fragment. */
function wasLedElsewhere({ xhr, pathInfo }) {
  const asked = new URL(pathInfo.requestPath, location.href).pathname;
  return new URL(xhr.responseURL, location.href).pathname !== asked;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && isLive(event.detail.elt)) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (!isLive(target) || !event.detail.shouldSwap) return;
  const open = target.querySelector("dialog[open]");
  if (!open && !isBeingTypedIn(target) && !wasLedElsewhere(event.detail)) return;
  event.detail.shouldSwap = false;
  showNews();
});
