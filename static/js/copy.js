/* Copy buttons: hidden until this script shows them. */

function selectNearby(button) {
  const block = button.closest(".copy-block, .menu-path");
  const text = block?.querySelector(".copy-block__text, .menu-path__parts");
  if (text) getSelection()?.selectAllChildren(text);
}

async function copy(button) {
  const label = button.querySelector("[data-copy-label]");
  button.dataset.label ??= label.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.copied;
  } catch {
    // Without permission or https the text is marked, ready for Ctrl+C.
    selectNearby(button);
    label.textContent = button.dataset.copyFailed;
  }
  setTimeout(() => {
    label.textContent = button.dataset.label;
  }, 2500);
}

function show(root) {
  for (const button of root.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (button) copy(button);
});
document.addEventListener("htmx:load", (event) => show(event.target));
show(document);
