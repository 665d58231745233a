/* Fig. 12: the draft that keeps itself, the total, documents by what is ticked, how far one is. Stands beside cabinet.js;
   without either the page does the same by its buttons. */

const form = document.querySelector("form[data-drafts]");
const saved = document.querySelector("[data-saved]");
const stopped = document.querySelector("[data-stopped]");
const PAUSE_MS = 1500;
const AGAIN_MS = 10_000;
const NO_LINK = "Нет связи. Черновик сохранится, когда она появится";
const SIGNED_OUT = "Вы вышли из кабинета, черновик не сохраняется. Всё введённое осталось на странице: войдите в соседней вкладке и вернитесь сюда";

const all = (selector, scope = form) => [...scope.querySelectorAll(selector)];

/* --- the draft --- */

class Draft {
  constructor() {
    this.exists = "draft" in form.dataset;
    this.kept = this.words();
    this.state = "";
    this.last = Promise.resolve();
  }

  /** Everything that is typed; files go by themselves. */
  data() {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  words() {
    return new URLSearchParams([...this.data()].filter(([name]) => name !== "csrf_token")).toString();
  }

  later(pause = PAUSE_MS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  /** One at a time, so that an older text never comes last. Gives whether the page may be left. */
  save(how = {}) {
    clearTimeout(this.timer);
    this.last = this.last.then(() => this.send(how));
    return this.last;
  }

  async send(how) {
    const words = this.words();
    if (this.isOver || (this.exists && words === this.kept)) return true;
    const data = this.data();
    this.address = form.dataset.drafts + data.get("token");
    const answer = await fetch(this.address, { method: "POST", body: data, headers: { Accept: "application/json" }, ...how }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    if (answer?.ok && said?.saved) return this.done(words, said.saved);
    if (answer?.status === 400 || answer?.status === 401) return this.signedOut();
    if (said?.error) return this.say(said.error, "refused");
    this.later(AGAIN_MS);
    return this.say(NO_LINK, "offline");
  }

  done(words, at) {
    this.exists = true;
    this.kept = words;
    if (location.pathname !== this.address) history.replaceState(history.state, "", this.address);
    this.say(`Черновик сохранён в ${at}`, "");
    return true;
  }

  /** The token of this page may have been replaced by a new sign-in: take the new one, if there is one. */
  async signedOut() {
    const answer = await fetch(form.action, { headers: { Accept: "text/html" } }).catch(() => null);
    const page = answer?.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const owner = page?.querySelector("form[data-drafts]")?.dataset.owner; // somebody else may have come in meanwhile
    const fresh = owner === form.dataset.owner ? page.querySelector("form[data-drafts] [name=csrf_token]").value : "";
    if (!fresh || fresh === form.elements.csrf_token.value) return this.say(SIGNED_OUT, "signed-out");
    for (const field of all("[name=csrf_token]", document)) field.value = fresh;
    return this.send({});
  }

  say(sentence, state) {
    this.state = state;
    saved.textContent = sentence;
    saved.classList.toggle("is-off", state !== "");
    stopped.hidden = !["offline", "signed-out"].includes(state);
    stopped.textContent = stopped.hidden ? "" : sentence;
    return stopped.hidden;
  }
}

const draft = new Draft();

/** A page that can't reach its server keeps what is on it: the button waits until the draft is safe. */
async function hold(event) {
  const { submitter } = event;
  if (form.dataset.safe) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.hasAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  const isSafe = await draft.save();
  form.removeAttribute("aria-busy");
  if (!isSafe) {
    stopped.scrollIntoView({ block: "center" });
    return;
  }
  setTimeout(() => { // a form that is still telling of one submission takes no other
    form.dataset.safe = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.safe;
  });
}

/* --- the total --- */

const number = (text) => (/^\d{1,6}([.,]\d+)?$/.test(text.replace(/\s/g, "")) ? Number(text.replace(/\s/g, "").replace(",", ".")) : NaN);
const kilowatts = (value) => `${String(Math.round(value * 1000) / 1000).replace(".", ",")}`;

function total() {
  const box = form.querySelector("[data-total]");
  const sum = number(form.elements.power_requested.value) + number(form.elements.power_previous.value || "0");
  const most = JSON.parse(form.dataset.limits)[form.elements.service.value];
  const isOver = sum > most;
  const judged = isOver ? `превышение ${kilowatts(sum - most)} кВт` : "подходит";
  box.classList.toggle("is-over", isOver);
  const words = Number.isNaN(sum) ? "сложим два числа выше" : `${kilowatts(sum)} кВт${most ? ` из ${most}: ${judged}` : ""}`;
  const output = box.querySelector("output");
  if (output.textContent !== words) output.textContent = words;
  const instalments = form.querySelector(".only-instalments");
  if (instalments) instalments.hidden = !(sum >= 15 && sum <= 150);
}

/* --- what a code of ОКВЭД means --- */

function activity() {
  const place = form.querySelector("[data-activity]");
  if (!place) return;
  const code = form.elements.okved.value.trim();
  const title = all("#activities option").find((option) => option.value === code)?.text ?? "";
  if (place.textContent !== title) place.textContent = title;
}

/* --- documents by service and circumstances: the rules stand in the page --- */

const NEEDS = { required: "Нужен для вашей заявки", welcome: "По желанию", unasked: "Для вашей заявки не нужен" };

function need({ dataset }, service, ticks) {
  if ("never" in dataset || !dataset.services.split(" ").includes(service)) return "unasked";
  const by = dataset.by.split(" ").filter(Boolean);
  if ("needed" in dataset || by.some((code) => ticks.includes(code))) return "required";
  return by.length ? "unasked" : "welcome";
}

function papers() {
  const service = form.elements.service.value || form.querySelector("[name=service]").value;
  const ticks = all("[name=circumstances]:checked").map((tick) => tick.value);
  for (const box of all("[data-paper]")) {
    const code = need(box, service, ticks);
    const label = box.querySelector("label");
    const star = label.querySelector(".star");
    if (code === "required" && !star) label.insertAdjacentHTML("beforeend", ' <span class="star" aria-hidden="true">*</span>');
    if (code !== "required") star?.remove();
    const isKept = box.querySelector(".file-row") !== null;
    box.querySelector("input").toggleAttribute("aria-required", false);
    if (code === "required" && !isKept) box.querySelector("input").setAttribute("aria-required", "true");
    box.className = `paper is-${code}`;
    box.querySelector(".hint").textContent = NEEDS[code];
    box.querySelector("[data-unasked]").hidden = code !== "unasked" || !isKept;
    if (code === "required" && !isKept) box.closest("details.papers-more")?.setAttribute("open", "");
  }
}

/* --- how far one is --- */

function isFilled(box) {
  if (box.matches(".field-upload")) return box.querySelector(".file-ok") !== null || box.querySelector("input").files.length > 0;
  return all("input, select, textarea", box).some((control) => (/radio|checkbox/.test(control.type) ? control.checked : control.value.trim()) && !control.name.endsWith("-typed"));
}

function plural(count) {
  const last = count % 10;
  const isTeen = Math.floor((count % 100) / 10) === 1;
  return `${count} ${isTeen || last === 0 || last > 4 ? "ошибок" : last === 1 ? "ошибка" : "ошибки"}`;
}

function progress() {
  let filled = 0;
  let whole = 0;
  for (const part of all("[data-part]")) {
    const boxes = all(".field", part).filter((box) => !box.hidden && !box.closest("[data-off]") && box.querySelector(":scope > label .star, :scope > legend .star, :scope > .tick .star"));
    const left = boxes.filter((box) => !isFilled(box)).length;
    const wrong = all(".error > p", part).length;
    const item = document.querySelector(`[data-toc="${part.dataset.part}"]`);
    item.className = `toc-item is-${wrong ? "wrong" : left ? "left" : "done"}`;
    const state = left ? `осталось ${part.id === "papers" ? "приложить " : ""}${left}` : "заполнено";
    item.querySelector(".toc-state").textContent = wrong ? plural(wrong) : state;
    filled += boxes.length - left;
    whole += boxes.length;
  }
  document.querySelector("[data-filled]").textContent = `Заполнено ${filled} из ${whole} обязательных`;
  Object.assign(document.querySelector(".toc progress"), { max: whole, value: filled });
}

/* --- the address of the profile, without a way to the server --- */

function takeAddress(event) {
  event.preventDefault();
  const { streetId, house, flat } = event.currentTarget.dataset;
  const { elements } = form;
  Object.assign(elements.house, { value: house });
  Object.assign(elements.flat, { value: flat });
  const streets = form.querySelector("select[name=street_id]"); // its id is by now that of the field one types into
  streets.value = streetId;
  const typed = elements["street_id-typed"];
  if (typed) typed.value = streets.selectedOptions[0]?.text ?? "";
  streets.dispatchEvent(new Event("change", { bubbles: true }));
}

function look() {
  total();
  activity();
  papers();
  progress();
}

form.addEventListener("input", () => {
  look();
  draft.later();
});
form.addEventListener("change", (event) => {
  // The draft has to be there before its file: files of no draft are swept after a day.
  if (event.target.type === "file") draft.save();
  else draft.later();
}, true);
// cabinet.js switches off what a change hides, and only then it can be counted.
form.addEventListener("change", () => setTimeout(look));
form.addEventListener("submit", hold);
form.querySelector("[name=take_address]")?.addEventListener("click", takeAddress);
const files = new MutationObserver(look);
for (const list of all(".files, .field-upload .error")) files.observe(list, { childList: true });
document.addEventListener("submit", (event) => { if (event.target.matches("[data-discard]")) draft.isOver = true; });
document.addEventListener("visibilitychange", () => { if (document.hidden) draft.save({ keepalive: true }); });
addEventListener("online", () => draft.save());
addEventListener("focus", () => { if (draft.state === "signed-out") draft.save(); });
addEventListener("pageshow", () => setTimeout(look));
total();
