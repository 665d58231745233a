/* Makes the cabinet's pages easier to use; every task works without it. What a page asks for is said in data attributes:
   data-combobox + data-typed, data-count + data-limit, data-reveal, data-upload + data-limit + data-too-big, data-focus,
   data-download on a form, data-dialog on a link and data-dialog-body, data-close on its page. */

const root = document.documentElement;
root.classList.add("js");

const all = (selector, scope = document) => [...scope.querySelectorAll(selector)];

/** Make an element: `make("p", { className: "hint" }, "text", child)`. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function icon(name) {
  const sprite = document.querySelector("use").getAttribute("href").split("#")[0];
  const holder = make("span");
  holder.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${sprite}#${name}"/></svg>`;
  return holder.firstChild;
}

function plural(number, one, few, many) {
  const last = number % 10;
  const isTeen = Math.floor((number % 100) / 10) === 1;
  return `${number} ${isTeen || last === 0 || last > 4 ? many : last === 1 ? one : few}`;
}

/* --- fields that do not belong to the chosen kind: CSS hides them, and what is hidden is not sent --- */

function switchOffHidden(form) {
  for (const box of all("[class*='only-']", form)) {
    const isHidden = getComputedStyle(box).display === "none" || box.parentElement.closest("[data-off]") !== null;
    box.toggleAttribute("data-off", isHidden);
    for (const control of all("input, select, textarea, button", box)) control.disabled = isHidden;
  }
}

function conditions(form) {
  if (!form.querySelector("[class*='only-']")) return;
  form.addEventListener("change", () => switchOffHidden(form));
  addEventListener("pageshow", () => switchOffHidden(form));
  switchOffHidden(form);
}

/* --- a long list of streets: type the beginning of any word --- */

const STREET_KINDS = { пер: "переулок", наб: "набережная", пл: "площадь", туп: "тупик" };

/** Words of a street's name for comparing: ё = е, «ул.» says nothing, «пр-кт» is «проспект». */
function words(text) {
  return text.toLowerCase().replaceAll("ё", "е").replace(/пр-к?т/g, "проспект").replace(/б-р/g, "бульвар")
    .split(/[^a-zа-я0-9]+/).filter((word) => word && word !== "ул" && word !== "улица");
}

function streetFinder(labels) {
  const rows = labels.map((label) => ({ label, words: words(label).map((word) => STREET_KINDS[word] || word) }));
  return (text) => {
    const asked = words(text);
    if (!asked.length) return [];
    const isMatch = (row) => asked.every((part) => row.words.some((word) => word.startsWith(part)));
    const rank = (row) => (row.words[0].startsWith(asked[0]) ? 0 : 1);
    return rows.filter(isMatch).sort((a, b) => rank(a) - rank(b)).map((row) => row.label);
  };
}

/** The name with the typed beginnings of its words in bold. */
function marked(label, text) {
  const asked = words(text).sort((a, b) => b.length - a.length);
  return label.split(/([^A-Za-zА-Яа-яЁё0-9]+)/).flatMap((piece) => {
    const part = asked.find((word) => piece.toLowerCase().replaceAll("ё", "е").startsWith(word));
    return part ? [make("b", {}, piece.slice(0, part.length)), piece.slice(part.length)] : [piece];
  });
}

/** A text field with a list of what fits (the ARIA 1.2 combobox); what is sent is the select behind it. */
class Combobox {
  constructor(select) {
    this.select = select;
    this.found = [];
    this.values = new Map([...select.options].filter((option) => option.value).map((option) => [option.text, option.value]));
    this.find = streetFinder([...this.values.keys()]);
    this.build(select.id, select.labels[0].firstChild.textContent.trim());
    this.close();
    this.input.addEventListener("input", () => this.open());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.settle());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")?.textContent));
    addEventListener("pageshow", () => { if (select.value) this.input.value = this.chosen; });
  }

  build(id, name) {
    const { select } = this;
    this.input = make("input", { id, name: `${select.name}-typed`, className: "control", autocomplete: "off", spellcheck: false });
    this.list = make("ul", { id: `${id}-list`, className: "combo-list" });
    this.status = make("p", { className: "sr" });
    const said = { role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id };
    for (const key of ["aria-describedby", "aria-invalid", "aria-required"]) if (select.hasAttribute(key)) said[key] = select.getAttribute(key);
    for (const [key, value] of Object.entries(said)) this.input.setAttribute(key, value);
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", name);
    this.status.setAttribute("role", "status");
    this.input.value = this.chosen || select.dataset.typed || "";
    select.id = `${id}-select`;
    select.hidden = true;
    select.parentElement.classList.add("has-combo");
    select.after(this.input, this.list, this.status);
  }

  get chosen() {
    return this.select.value ? this.select.selectedOptions[0].text : "";
  }

  get isOpen() {
    return !this.list.hidden;
  }

  get active() {
    return this.list.children[this.at];
  }

  open() {
    this.found = this.find(this.input.value);
    this.list.replaceChildren(...this.found.slice(0, 8).map((label, number) => {
      const option = make("li", { id: `${this.list.id}-${number}`, className: "combo-option" }, ...marked(label, this.input.value));
      option.setAttribute("role", "option");
      return option;
    }));
    this.list.hidden = !this.found.length;
    this.input.setAttribute("aria-expanded", this.isOpen);
    this.go(-1);
    this.say();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.go(-1);
  }

  /** Light up one row of the list; -1 none. */
  go(at) {
    this.active?.removeAttribute("aria-selected");
    this.at = at;
    this.active?.setAttribute("aria-selected", "true");
    this.active?.scrollIntoView({ block: "nearest" });
    if (this.active) this.input.setAttribute("aria-activedescendant", this.active.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const count = this.list.children.length;
    this.go((Math.max(this.at, step < 0 ? 0 : -1) + step + count) % count);
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!this.isOpen) this.open();
      if (this.isOpen) this.move(step);
    } else if (event.key === "Enter" && this.isOpen) {
      event.preventDefault();
      if (this.active || this.found.length === 1) this.settle();
      else this.move(1);
    } else if (event.key === "Enter") {
      this.settle();
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  /** Take what is lit up, or what was typed if it names one street only. */
  settle() {
    const text = this.input.value;
    this.found = this.find(text);
    const only = this.found.length === 1 ? this.found[0] : "";
    this.choose(this.active?.textContent || (this.values.has(text) ? text : only));
  }

  /** What names no street stays as it was typed: it may need one letter to be mended. */
  choose(label) {
    this.select.value = this.values.get(label) || "";
    if (label) this.input.value = label;
    this.close();
    this.say();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  say() {
    const text = this.input.value.trim();
    const advice = this.found.length ? `Подходит: ${this.found.length}. Выберите из списка` : "Ничего не нашли. Проверьте, как пишется название";
    this.status.textContent = text && text !== this.chosen ? advice : "";
    this.status.className = this.status.textContent && !this.isOpen ? "warning" : "sr";
  }
}

/* --- how many characters are left --- */

function counter(place) {
  const field = document.getElementById(place.dataset.count);
  const limit = Number(place.dataset.limit);
  const spoken = place.parentElement.appendChild(make("p", { className: "sr" }));
  spoken.setAttribute("role", "status");
  let pause = 0;
  function show() {
    const left = limit - [...field.value].length;
    const text = left < 0
      ? `Сократите текст: лишних ${plural(-left, "символ", "символа", "символов")}`
      : `Осталось ${plural(left, "символ", "символа", "символов")}`;
    place.textContent = text;
    place.classList.toggle("is-over", left < 0);
    clearTimeout(pause);
    pause = setTimeout(() => { spoken.textContent = left < limit / 10 ? text : ""; }, 1000);
  }
  field.addEventListener("input", show);
  addEventListener("pageshow", show);
  show();
}

/* --- show and hide a password --- */

function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  function show(isShown) {
    field.type = isShown ? "text" : "password";
    button.firstChild.textContent = isShown ? "Скрыть" : "Показать";
  }
  button.addEventListener("click", () => { show(field.type === "password"); });
  // A password left readable would be offered by browsers as ordinary text next time.
  field.form.addEventListener("submit", () => show(false));
}

/* --- files go to the server at once, with progress; if that fails they go with the form as usual --- */

const MEGABYTE = 1024 * 1024;
const inRussian = (number, digits) => number.toFixed(digits).replace(/\.0$/, "").replace(".", ",");
const roundedUp = (size) => `${inRussian(Math.ceil((size * 10) / MEGABYTE) / 10, 1)} МБ`;

function filesize(size) {
  const units = ["Б", "КБ", "МБ", "ГБ"];
  let unit = 0;
  let value = size;
  for (; value >= 1024 && unit < 3; unit += 1) value /= 1024;
  return `${inRussian(value, unit && value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** Each file on its way has a row of its own; where one file is asked for, the next takes its place. */
class Uploader {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input[type=file]");
    this.list = box.querySelector(".files");
    this.errors = box.querySelector(".error");
    this.status = box.querySelector("[role=status]");
    this.name = box.querySelector(".drop-name");
    this.requests = new Map();
    this.input.addEventListener("change", () => this.take([...this.input.files]));
    this.list.addEventListener("click", (event) => this.press(event));
    for (const [event, isOver] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
      this.input.addEventListener(event, () => this.input.parentElement.classList.toggle("is-over", isOver));
    }
  }

  token() {
    return this.input.form.querySelector("input[name$=csrf_token]").value;
  }

  say(text) {
    this.status.textContent = text;
  }

  fail(sentence) {
    const words_ = make("span", {}, make("span", { className: "sr" }, "Ошибка: "), sentence);
    const place = this.input.multiple ? "append" : "replaceChildren";
    this.errors[place](make("p", {}, icon("warning"), words_));
    this.box.classList.add("has-error");
    this.input.setAttribute("aria-invalid", "true");
    this.say(`Ошибка: ${sentence}`);
  }

  clear() {
    this.errors.replaceChildren();
    this.box.classList.remove("has-error");
    this.input.removeAttribute("aria-invalid");
  }

  take(files) {
    this.clear();
    this.hasLost = false;
    this.name.textContent = files.map((file) => file.name).join(", ") || "Файл не выбран";
    for (const file of files) this.accept(file);
    this.settle();
  }

  /** Several at once: each sentence names its file. */
  about(file, sentence) {
    return this.input.multiple ? `${file.name}: ${sentence}` : sentence;
  }

  accept(file) {
    if (file.size > Number(this.box.dataset.limit)) {
      this.fail(this.about(file, this.box.dataset.tooBig.replace("{size}", roundedUp(file.size))));
    } else {
      this.send(file);
    }
  }

  row(name, size, ...rest) {
    return make("li", { className: "file-row" }, icon("file"), make("span", { className: "file-name" }, name), make("span", { className: "file-size" }, filesize(size)), ...rest);
  }

  put(row) {
    if (this.input.multiple) this.list.append(row);
    else this.list.replaceChildren(row);
    row.querySelector("button").focus();
  }

  send(file) {
    const request = new XMLHttpRequest();
    const bar = make("progress", { max: 100, value: 0 });
    bar.setAttribute("aria-label", `Загрузка файла ${file.name}`);
    const row = this.row(file.name, file.size, bar, make("button", { type: "button", className: "btn-link" }, "Отменить"));
    this.requests.set(row, request);
    this.put(row);
    request.upload.onprogress = (event) => { bar.value = (event.loaded / event.total) * 100; };
    request.onload = () => this.answered(request, row, file);
    request.onerror = () => this.lost(row);
    request.onabort = () => this.gone(row, "Загрузка отменена");
    request.responseType = "json";
    request.open("POST", this.box.dataset.upload);
    request.setRequestHeader("X-CSRFToken", this.token());
    request.setRequestHeader("Accept", "application/json");
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  }

  answered({ response }, row, file) {
    if (response?.id) {
      this.arrived(row, response);
    } else if (response?.error) {
      this.gone(row, "");
      this.fail(this.about(file, response.error));
    } else {
      this.lost(row);
    }
  }

  arrived(row, { id, name, size }) {
    const remove = make("button", { className: "btn-link", name: "remove_upload", value: id }, "Удалить", make("span", { className: "sr" }, ` файл ${name}`));
    const fresh = this.row(name, size, make("span", { className: "file-ok" }, icon("check"), " загружен"), remove);
    const hadFocus = row.contains(document.activeElement);
    row.replaceWith(fresh);
    if (hadFocus) remove.focus();
    this.over(row);
    this.say(`Файл ${name} загружен`);
  }

  /** Leave the file in the native input: it goes with the form. */
  lost(row) {
    row.remove();
    this.hasLost = true;
    this.over(row);
    this.fail("Файл пока не загрузился: нет связи. Он отправится вместе с формой, или выберите его ещё раз");
  }

  gone(row, sentence) {
    row.remove();
    this.over(row);
    this.say(sentence);
    this.input.focus();
  }

  over(row) {
    this.requests.delete(row);
    this.settle();
  }

  /** What the server has, or refused, must not go with the form once more. */
  settle() {
    if (this.requests.size || this.hasLost) return;
    this.input.value = "";
    this.name.textContent = "Файл не выбран";
  }

  press(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const row = button.closest("li");
    if (button.type === "button") {
      this.requests.get(row).abort();
      return;
    }
    event.preventDefault();
    this.remove(button, row);
  }

  async remove(button, row) {
    const address = this.box.dataset.upload.replace(/[^/]+\/[^/]+$/, `${button.value}/remove`);
    const headers = { "X-CSRFToken": this.token(), Accept: "application/json" };
    const answer = await fetch(address, { method: "POST", headers }).catch(() => null);
    if (answer?.ok || answer?.status === 404) this.gone(row, "Файл удалён"); // another tab may have been quicker
    else this.fail("Файл не удалился: нет связи. Попробуйте ещё раз");
  }
}

/* --- one press of a button sends once --- */

let sent = null;

const tokenOf = (form) => form.querySelector('input[name="token"], input[name$="-token"]');

/** Going back to a form that was sent finds its words again, but a fresh token: the same words are the same case, so they
    keep the token they were sent with; with the first change it is a new one. */
function resend(form) {
  const token = tokenOf(form);
  let before = token && history.state?.sent?.[form.action];
  if (!before) return;
  form.addEventListener("input", () => { before = ""; }, { once: true });
  form.addEventListener("formdata", ({ formData }) => { if (before) formData.set(token.name, before); });
}

function note(form) {
  const token = tokenOf(form);
  if (token) history.replaceState({ sent: { ...history.state?.sent, [form.action]: new FormData(form).get(token.name) } }, "");
}

function guard(event) {
  const form = event.target;
  const staysHere = "download" in form.dataset; // a file is saved and the page stays: nothing would release the button
  if (form.method !== "post" || event.defaultPrevented || staysHere) return;
  if (sent) {
    event.preventDefault();
    return;
  }
  note(form);
  const button = event.submitter?.classList.contains("btn") ? event.submitter : null;
  sent = { button, words: button && [...button.childNodes] };
  button?.setAttribute("aria-disabled", "true");
  button?.replaceChildren("Отправляем…");
}

/** Coming back by the browser's arrow shows the page as it was left: make its button work again. */
function release() {
  sent?.button?.removeAttribute("aria-disabled");
  sent?.button?.replaceChildren(...sent.words);
  sent = null;
}

/* --- where the eye and the screen reader go --- */

function toField(event) {
  const field = document.getElementById(event.currentTarget.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".field") || field).scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
}

function menu(burger) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !burger.open) return;
    burger.open = false;
    burger.firstElementChild.focus();
  });
}

/* --- a page that opens over this one as a dialog; its link stays a link, and its form is sent as on its own page --- */

function dialogOf(page, body) {
  const dialog = make("dialog", { className: "dialog" }, make("h2", { id: "dialog-title" }, page.querySelector("h1").textContent), body);
  dialog.setAttribute("aria-labelledby", "dialog-title");
  for (const hidden of all("input[type=hidden]", body)) hidden.removeAttribute("id"); // this page has its own
  return dialog;
}

async function openDialog(link) {
  link.setAttribute("aria-busy", "true");
  const answer = await fetch(link.href).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const body = page?.querySelector("[data-dialog-body]");
  if (!body) {
    location.assign(link.href);
    return;
  }
  const dialog = dialogOf(page, body);
  document.body.append(dialog);
  enhance(dialog);
  dialog.querySelector("[data-close]")?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  dialog.showModal();
  link.removeAttribute("aria-busy");
  dialog.querySelector("input:not([type=hidden]), button").focus();
}

function dialogLink(link) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!link.hasAttribute("aria-busy")) openDialog(link);
  });
}

function enhance(scope) {
  all("select[data-combobox]", scope).forEach((select) => new Combobox(select));
  all("form", scope).forEach(conditions);
  all("form", scope).forEach(resend);
  all("[data-count]", scope).forEach(counter);
  all("[data-reveal]", scope).forEach(reveal);
  all("[data-upload]", scope).forEach((box) => new Uploader(box));
  all("[data-dialog]", scope).forEach(dialogLink);
  all(".summary a", scope).forEach((link) => link.addEventListener("click", toField));
  all(".burger", scope).forEach(menu);
}

enhance(document);
document.addEventListener("submit", guard);
addEventListener("pageshow", release);
document.querySelector("[data-focus]")?.focus();
// Forms are sent to «…#errors», and a redirect after success hands that ending on.
if (location.hash === "#errors" && !document.getElementById("errors")) history.replaceState(null, "", location.pathname + location.search);
