/* The conversation: drafts kept while typing, what was looked at marked as read, names after @. */

const PAUSE = 1500;
const timers = new WeakMap();

function say(form, saved) {
  const status = form.querySelector("[data-draft-status]");
  status.textContent = saved ? status.dataset.saved : status.dataset.failed;
  status.dataset.shown = "";
}

async function keepDraft(form) {
  const data = new FormData(form);
  // Files are sent once, with the comment itself.
  data.delete("attachments");
  data.set("then", "autosave");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, redirect: "error" });
    say(form, answer.ok);
  } catch {
    say(form, false);
  }
}

function keepSoon(form) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keepDraft(form), PAUSE));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (form && event.target.type !== "file") keepSoon(form);
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-draft]")) clearTimeout(timers.get(event.target));
});

/* Looking is reading, once the page is really in view. */
function markRead(root) {
  if (document.hidden) return;
  const form = root.matches?.("form[data-mark-read]") ? root : root.querySelector?.("form[data-mark-read]");
  if (!form || form.dataset.sent) return;
  form.dataset.sent = "true";
  form.hidden = true;
  fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { "HX-Request": "true" },
  }).catch(() => {
    form.hidden = false;
  });
}

document.addEventListener("htmx:load", (event) => markRead(event.target));
document.addEventListener("visibilitychange", () => markRead(document));
markRead(document);

/* Names after @: whoever is chosen is also ticked below. */
function people(form) {
  return [...form.querySelectorAll('[name="people"]')].map((box) => ({
    box,
    name: box.closest("label").textContent.split("·")[0].trim(),
  }));
}

function asked(area) {
  const before = area.value.slice(0, area.selectionStart);
  const at = before.lastIndexOf("@");
  const word = before.slice(at + 1);
  const begins = at === 0 || /[\s(]/.test(before[at - 1] ?? "");
  return at < 0 || !begins || /[\n@]/.test(word) || word.length > 20 ? null : { at, word };
}

function close(area) {
  area.closest(".field__control").querySelector(".mention")?.remove();
  area.removeAttribute("aria-activedescendant");
  area.removeAttribute("aria-controls");
}

function choose(area, person) {
  const { at } = asked(area) ?? { at: area.selectionStart };
  area.setRangeText(`@${person.name} `, at, area.selectionStart, "end");
  person.box.checked = true;
  close(area);
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function offer(area) {
  close(area);
  const found = asked(area);
  if (!found) return;
  const named = people(area.form).filter(({ name }) =>
    name.toLowerCase().startsWith(found.word.toLowerCase()) && name !== found.word.trim());
  if (!named.length) return;
  const list = document.createElement("ul");
  list.className = "mention";
  list.id = "mention";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", area.form.querySelector("[data-mention-label]")?.textContent.trim() ?? "@");
  named.slice(0, 8).forEach((person, number) => {
    const option = document.createElement("li");
    option.id = `mention-${number}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", String(number === 0));
    option.textContent = person.name;
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose(area, person);
    });
    list.append(option);
  });
  area.closest(".field__control").append(list);
  area.setAttribute("aria-controls", list.id);
  area.setAttribute("aria-activedescendant", "mention-0");
}

function move(area, step) {
  const options = [...document.querySelectorAll("#mention [role=option]")];
  const here = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = (here + step + options.length) % options.length;
  options.forEach((one, number) => one.setAttribute("aria-selected", String(number === next)));
  options[next].scrollIntoView({ block: "nearest" });
  area.setAttribute("aria-activedescendant", options[next].id);
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-mentions]") && event.isTrusted) offer(event.target);
});

document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!area.matches?.("[data-mentions]") || !document.getElementById("mention")) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    move(area, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" || event.key === "Tab") {
    const chosen = document.querySelector('#mention [aria-selected="true"]').textContent;
    choose(area, people(area.form).find(({ name }) => name === chosen));
  } else if (event.key === "Escape") {
    close(area);
  } else {
    return;
  }
  event.preventDefault();
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-mentions]")) close(event.target);
});
