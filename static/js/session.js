// Tells the hours of a session in another time zone too, and what runs now. The page
// says all in the time of the venue without this.
const KEY = "zone";
const language = document.documentElement.lang;
const locale = language === "ar" ? "ar-u-nu-latn" : language;
const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const write = (options) => {
  const made = new Map();
  return (date, zone) => {
    if (!made.has(zone)) made.set(zone, new Intl.DateTimeFormat(options.of ?? locale, { ...options, timeZone: zone }));
    return made.get(zone).format(date);
  };
};
const clock = write({ of: "en-GB", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = write({ of: "en-CA", year: "numeric", month: "2-digit", day: "2-digit" });
const weekday = write({ weekday: "short" });
const offset = (date, zone) =>
  new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" })
    .formatToParts(date).find((part) => part.type === "timeZoneName").value.replace("GMT", "UTC");

// What was written as the venue's wall clock, whatever zone that is: "2024-03-13T10:00".
const written = (time) => time.getAttribute("datetime").slice(0, 16);
const shown = (date, zone) => `${day(date, zone)}T${clock(date, zone)}`;
const isolated = (text) => `\u2068${text}\u2069`;

const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 1));
const remembered = () => {
  try { return localStorage.getItem(KEY); } catch { return null; }
};
const remember = (zone) => {
  try { localStorage.setItem(KEY, zone); } catch { /* then only for this page */ }
};

function showHours(zone, label) {
  for (const hours of document.querySelectorAll(".prog .hours")) {
    hours.querySelector(".yours")?.remove();
    if (!zone) continue;
    const [begin, end] = [...hours.querySelectorAll("time")];
    const [from, to] = [new Date(begin.dateTime), new Date(end.dateTime)];
    const other = document.createElement("span");
    const name = Object.assign(document.createElement("span"), { className: "hide", textContent: `${label}: ` });
    const range = Object.assign(document.createElement("bdi"), { dir: "ltr", textContent: `${clock(from, zone)}–${clock(to, zone)}` });
    const moved = day(from, zone) !== written(begin).slice(0, 10);
    other.className = "yours num";
    other.append(name, moved ? `${weekday(from, zone)} ` : "", range);
    hours.append(other);
  }
}

function offerZones(box) {
  const select = box.querySelector("select");
  const first = document.querySelector(".prog time");
  const date = new Date(first.dateTime);
  const add = (parent, value, text) => parent.append(new Option(text, value));
  add(select, "own", `${box.dataset.yours} ${isolated(`(${offset(date, own)})`)}`);
  const named = (zone) => zone.replaceAll("_", " ");
  const kept = remembered();
  const zones = Intl.supportedValuesOf?.("timeZone") ?? [];
  if (zones.includes(kept)) add(select, kept, named(kept));
  // Some 400 others when there is time for them: nobody waits for the page.
  whenIdle(() => {
    const others = document.createDocumentFragment();
    for (const zone of zones) if (zone !== kept) add(others, zone, named(zone));
    select.append(others);
  });
  const differs = shown(date, own) !== written(first);
  select.value = kept ?? (differs ? "own" : "none");
  if (!select.value) select.value = "none";
  const apply = () => {
    const zone = { none: "", own }[select.value] ?? select.value;
    showHours(zone, select.value === "own" ? box.dataset.yours : zone);
  };
  select.addEventListener("change", () => { remember(select.value); apply(); });
  apply();
  box.hidden = false;
}

function markNow() {
  for (const item of document.querySelectorAll(".prog > li")) {
    const [begin, end] = [...item.querySelectorAll(".hours time")].map((time) => new Date(time.dateTime));
    const runs = begin <= Date.now() && Date.now() < end;
    item.querySelector(".now").hidden = !runs;
    item.toggleAttribute("aria-current", runs);
    if (runs) item.setAttribute("aria-current", "time");
  }
}

const zones = document.getElementById("zones");
if (zones) {
  offerZones(zones);
  markNow();
  setInterval(markNow, 20_000);
}
for (const place of document.querySelectorAll("[data-starts]")) {
  const date = new Date(place.dataset.starts);
  const moment = place.dataset.starts.slice(0, 16);
  if (shown(date, own) === moment) continue;
  const moved = day(date, own) !== moment.slice(0, 10);
  const time = `${moved ? `${weekday(date, own)} ` : ""}${clock(date, own)}`;
  place.textContent = place.dataset.words.replace("{}", isolated(time));
  place.hidden = false;
}
