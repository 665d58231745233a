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

document.addEventListener("focusin", hold);
document.addEventListener("keydown", (event) => (isTabbed = event.key === "Tab"));
window.addEventListener("blur", () => setTimeout(giveBack));
all("form[data-letter]").forEach(letterWriter);
all("a.paper-link").forEach((link) => link.addEventListener("click", mark));
document.addEventListener("keydown", shortcut);
document.addEventListener("keydown", seek);
