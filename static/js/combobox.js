// Lets one type in a select: the names of its options are found in every language the
// site knows, accents or not. Without this script the select does the same job.
// Pattern: combobox with a list box popup, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
const MOST = 50; // suggestions shown at once
const words = document.querySelector("[data-none]")?.dataset ?? {};

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
  .replace(/[^\p{L}\p{N}]+/gu, " ").trim();

// A word is found where a name has a word that begins with it; scripts that join an
// article to the word, or know no spaces, are searched anywhere.
const holds = (name, word) => (/[a-zа-я0-9]/.test(word) ? ` ${name}`.includes(` ${word}`) : name.includes(word));

function rank(option, asked) {
  const wanted = asked.split(" ");
  let best = 3;
  for (const name of option.names) {
    if (name === asked) best = Math.min(best, 0);
    else if (name.startsWith(asked)) best = Math.min(best, 1);
    else if (wanted.every((word) => holds(name, word))) best = Math.min(best, 2);
  }
  return best;
}

class Combobox {
  constructor(select) {
    this.select = select;
    this.options = [...select.options].filter((option) => option.value).map((option) => ({
      value: option.value, label: option.text.trim(), names: [fold(option.text)],
      kind: option.parentElement.label ?? "",
    }));
    this.active = -1;
    this.build();
    this.show();
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("click", () => this.list.hidden && this.open(""));
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("focus", () => this.learn(), { once: true });
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[data-value]");
      if (item) this.choose(item.dataset.value);
    });
    addEventListener("pageshow", () => this.show());
  }

  build() {
    const { select } = this;
    const box = Object.assign(document.createElement("div"), { className: "combo" });
    const input = this.input = Object.assign(document.createElement("input"), {
      type: "text", id: select.id, autocomplete: "off", spellcheck: false,
    });
    const list = this.list = Object.assign(document.createElement("ul"), { id: `${select.id}-list`, hidden: true });
    const status = this.status = Object.assign(document.createElement("div"), { className: "hide" });
    select.id += "-select";
    for (const name of ["aria-describedby", "aria-invalid", "required"]) {
      if (select.hasAttribute(name)) input.setAttribute(name === "required" ? "aria-required" : name, select.getAttribute(name) || "true");
    }
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.found);
    status.setAttribute("role", "status");
    select.hidden = true;
    select.before(box);
    box.append(input, list, status);
  }

  // Other names come once somebody looks at the field; nobody waits for them.
  async learn() {
    try {
      const { names } = await (await fetch(this.select.dataset.names)).json();
      for (const option of this.options) option.names.push(...(names[option.value] ?? []).map(fold));
      if (!this.list.hidden && this.input.value) this.open(this.input.value);
    } catch { /* the names of this language are enough */ }
  }

  show() { this.input.value = this.select.value ? this.select.selectedOptions[0].text.trim() : ""; }

  find(text) {
    const asked = fold(text);
    if (!asked) return this.options;
    return this.options.map((option) => [rank(option, asked), option]).filter(([found]) => found < 3)
      .sort(([a], [b]) => a - b).map(([, option]) => option);
  }

  open(text) {
    const found = this.find(text).slice(0, text ? MOST : undefined);
    const current = this.select.value;
    this.list.replaceChildren(...found.map((option, number) => {
      const item = Object.assign(document.createElement("li"), { id: `${this.list.id}-${number}`, textContent: option.label });
      item.dataset.value = option.value;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      if (option.kind) item.append(Object.assign(document.createElement("small"), { textContent: option.kind }));
      return item;
    }));
    if (!found.length) {
      const nothing = Object.assign(document.createElement("li"), { textContent: words.none });
      nothing.setAttribute("role", "option");
      nothing.setAttribute("aria-disabled", "true");
      nothing.setAttribute("aria-selected", "false");
      this.list.append(nothing);
    }
    this.status.textContent = found.length ? `${words.found}: ${found.length}` : words.none;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(text ? (found.length ? 0 : -1) : found.findIndex((option) => option.value === current));
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  mark(number) {
    const items = this.list.querySelectorAll("[data-value]");
    items[this.active]?.setAttribute("aria-selected", "false");
    this.active = number;
    const item = items[number];
    if (!item) return this.input.removeAttribute("aria-activedescendant");
    item.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  choose(value) {
    const changed = this.select.value !== value;
    this.select.value = value;
    this.show();
    this.close();
    if (changed) this.select.dispatchEvent(new Event("input", { bubbles: true }));
  }

  press(event) {
    const count = this.list.querySelectorAll("[data-value]").length;
    const isOpen = !this.list.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!isOpen) this.open("");
      else if (count) this.mark(this.active < 0 ? (step > 0 ? 0 : count - 1) : (this.active + step + count) % count);
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      if (this.active >= 0) this.choose(this.list.querySelectorAll("[data-value]")[this.active].dataset.value);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Escape") this.choose("");
  }

  // Who goes on takes the suggestion if it can only be this one; else nothing is chosen,
  // and what was typed stays to be seen.
  leave() {
    const typed = this.input.value;
    if (!typed.trim()) this.choose("");
    else if (!this.select.value || typed !== this.select.selectedOptions[0].text.trim()) {
      const found = this.find(typed);
      const exact = found.length === 1 || (found[0] && rank(found[0], fold(typed)) === 0);
      this.choose(exact ? found[0].value : "");
      if (!exact) this.input.value = typed;
    }
    this.close();
  }
}

for (const select of document.querySelectorAll("select[data-names]")) new Combobox(select);

// An organization may be any: staff's list only helps to spell it.
for (const input of document.querySelectorAll("input[data-names]")) {
  input.addEventListener("focus", async () => {
    try {
      const { list } = await (await fetch(input.dataset.names)).json();
      const suggestions = Object.assign(document.createElement("datalist"), { id: `${input.id}-list` });
      suggestions.append(...list.map((name) => Object.assign(document.createElement("option"), { value: name })));
      input.after(suggestions);
      input.setAttribute("list", suggestions.id);
    } catch { /* one types it */ }
  }, { once: true });
}
