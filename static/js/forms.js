/* Forms: first error, one submission at a time, typed things not lost, questions before danger. */

const typed = new WeakSet();

function focusFirstError() {
  const wrong = document.querySelector('.field--wrong :is([aria-invalid="true"], input, select, textarea)');
  (wrong ?? document.querySelector("[data-first-error]"))?.focus();
}

/* Tell live.js whether something is typed here and not sent. */
export function isBeingTypedIn(root) {
  const forms = root.matches?.("form[data-guard]") ? [root] : root.querySelectorAll("form[data-guard]");
  // A form that came back holds what was typed before, and why it was not taken.
  return [...forms].some((form) => typed.has(form) || form.hasAttribute("data-came-back"));
}

function ask(question, submitter) {
  const dialog = document.querySelector("[data-confirm-dialog]");
  dialog.querySelector("[data-confirm-text]").textContent = question;
  dialog.querySelector("[data-confirm-yes]").textContent = submitter.textContent.trim();
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return;
    submitter.dataset.confirmed = "true";
    submitter.form.requestSubmit(submitter);
  };
  dialog.showModal();
}

function hold(form) {
  form.dataset.sending = "true";
  // A page that comes back, by "back" or by a failed download, must work again.
  setTimeout(() => delete form.dataset.sending, 8000);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-guard]");
  if (form) typed.add(form);
});

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (submitter?.dataset.confirm && !submitter.dataset.confirmed) {
    event.preventDefault();
    ask(submitter.dataset.confirm, submitter);
    return;
  }
  if (form.dataset.sending && form.matches("[data-guard]")) {
    event.preventDefault();
    return;
  }
  typed.delete(form);
  if (form.matches("[data-guard]")) hold(form);
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.("select[data-autosubmit]")) event.target.form.requestSubmit();
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
});

/* Buttons that open a dialog need no script where the browser knows `command`. */
if (!("commandForElement" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor"));
    if (!dialog) return;
    if (button.getAttribute("command") === "close") dialog.close();
    else dialog.showModal();
  });
}

focusFirstError();
