/* Makes the card quicker; everything works without it. A form that sends a letter says by `data-letter` where the letter
   is written while the clerk is typing. The rest of the page's behaviour is the cabinet's own script. */

const all = (selector, scope = document) => [...scope.querySelectorAll(selector)];
const PAUSE_MS = 400;

/* --- the letter before it goes --- */

function written(form) {
  const data = new FormData(form);
  for (const input of all("input[type=file]", form)) data.delete(input.name);
  return data;
}

function letterWriter(form) {
  const place = form.querySelector(".letter");
  let timer = 0;
  let turn = 0;

  async function write() {
    turn += 1;
    const mine = turn;
    const answer = await fetch(form.dataset.letter, { method: "POST", body: written(form) }).catch(() => null);
    if (mine === turn && answer?.ok) place.innerHTML = await answer.text();
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(write, PAUSE_MS);
  });
}

/* --- Ctrl+Enter presses the button of the step that is shown --- */

function shortcut(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const button = all(".step-go .btn-primary").find((one) => one.offsetParent !== null);
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
}

/* --- «/» leads to the search, wherever nothing is being typed --- */

function seek(event) {
  // The same key says «.» on the Russian layout.
  if (event.code !== "Slash" || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const box = document.getElementById("find");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

/* --- which document is being shown --- */

function mark(event) {
  for (const link of all(".paper-link")) link.removeAttribute("aria-current");
  event.currentTarget.setAttribute("aria-current", "true");
}

/* --- somebody still looks at a page that a colleague may open too: those have a `seen` in their forms --- */

const PRESENT_MS = 60_000;

function stay() {
  if (document.visibilityState === "visible") fetch(location.href).catch(() => null);
}

if (document.querySelector("input[name=seen]")) setInterval(stay, PRESENT_MS);

/* --- a document that has just been drawn takes the focus for itself; what the clerk was typing gets it back --- */

let held = null;
let isTabbed = false;

function hold(event) {
  if (event.target.tagName === "IFRAME") return;
  held = event.target;
  isTabbed = false;
}

function giveBack() {
  const thief = document.activeElement;
  // Who points at it or has come by Tab wants to be there.
  if (isTabbed || !thief?.matches(".preview iframe:not(:hover)")) return;
  thief.blur();
  held?.focus({ preventScroll: true });
}

/* --- one press marks the whole page of a list --- */

function marker(cell) {
  const rows = all("tbody input[name=rowid]", cell.closest("table"));
  const box = document.createElement("input");
  box.type = "checkbox";
  box.setAttribute("aria-label", "Отметить все записи на странице");
  box.addEventListener("change", () => rows.forEach((row) => (row.checked = box.checked)));
  cell.replaceChildren(box);
}

/* --- a table that is long in coming says how much of it is here --- */

const NEWLINE = 10;
const count = new Intl.NumberFormat("ru");

/** Read an answer piece by piece; `tell` hears of each. */
async function pieces(answer, tell) {
  const reader = answer.body.getReader();
  const read = [];
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    read.push(step.value);
    tell(step.value);
  }
  return new Blob(read, { type: answer.headers.get("Content-Type") });
}

function saveAs(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}

/** Take rows as they come where the file grows on its way, bytes where its size is known before. */
function meter(form, answer) {
  const bar = form.querySelector("progress");
  const words = form.querySelector(".progress-words");
  const size = Number(answer.headers.get("Content-Length"));
  const total = size || Number(form.dataset.rows);
  let done = size ? 0 : -1; // the heads are a line of their own
  bar.max = total || 1;
  return (piece) => {
    done += size ? piece.length : piece.reduce((lines, byte) => lines + (byte === NEWLINE), 0);
    bar.value = Math.min(done, total);
    words.textContent = size ? `Скачано ${Math.floor((100 * done) / size)} %` : `Скачано строк: ${count.format(Math.max(done, 0))} из ${count.format(total)}`;
  };
}

async function take(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const place = form.querySelector(".progress");
  const words = place.querySelector(".progress-words");
  const buttons = all("button", form);
  const data = new FormData(form, event.submitter);
  place.hidden = false;
  place.querySelector("progress").removeAttribute("value");
  words.textContent = "Готовим файл…";
  buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
  try {
    const answer = await fetch(form.action, { method: "POST", body: data });
    const name = /filename="(.+)"/.exec(answer.headers.get("Content-Disposition"));
    if (!answer.ok || !name) throw new Error(answer.status);
    saveAs(await pieces(answer, meter(form, answer)), name[1]);
    words.textContent = "Файл скачан.";
  } catch {
    place.querySelector("progress").value = 0;
    words.textContent = "Файл не скачался. Попробуйте ещё раз.";
  }
  buttons.forEach((button) => button.removeAttribute("aria-disabled"));
}

document.addEventListener("focusin", hold);
document.addEventListener("keydown", (event) => (isTabbed = event.key === "Tab"));
window.addEventListener("blur", () => setTimeout(giveBack));
all("form[data-letter]").forEach(letterWriter);
all("th.mark-all").forEach(marker);
all("form[data-rows]").forEach((form) => form.addEventListener("submit", take));
all("a.paper-link").forEach((link) => link.addEventListener("click", mark));
document.addEventListener("keydown", shortcut);
document.addEventListener("keydown", seek);
