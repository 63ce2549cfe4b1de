/* Live fragments: polled by htmx, paused in hidden tabs, never over a form being typed in. */

import { isBeingTypedIn } from "./forms.js";

function isLive(element) {
  return element?.closest?.("[data-live]") !== null && element?.closest !== undefined;
}

function showNews() {
  const bar = document.querySelector("[data-news]");
  if (bar) bar.hidden = false;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && isLive(event.detail.elt)) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (!isLive(target) || !event.detail.shouldSwap) return;
  const open = target.querySelector("dialog[open]");
  if (!open && !isBeingTypedIn(target)) return;
  event.detail.shouldSwap = false;
  showNews();
});
