// Lays the panels out and scales them to the screen, turns from place to place, and keeps the page alive.
const HEIGHT = 1080, WIDTH_MIN = 1900, WIDE = 2600, TICK_SECONDS = 8, YOUNG_HOURS = 2;
const ZONE = "Asia/Shanghai";
const CLOCK = new Intl.DateTimeFormat("zh-CN", {
  timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit", weekday: "short",
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const HOUR = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", hourCycle: "h23" });

export default function ({ parentElement, data, setTriggerValue }) {
  const wall = parentElement.querySelector(".wall");
  wall.screen ??= begin(wall);
  wall.screen.show(data, setTriggerValue);
  return () => { wall.screen?.end(); wall.screen = null; };
}

function begin(wall) {
  const one = (selector) => wall.querySelector(selector);
  const born = Date.now();
  window.screenHeardAt = born;
  const shown = {}, known = {};
  let data = null, send = null, at = 0, item = 0;
  let isPaused = false, isHeld = false, turnedAt = born, touchedAt = 0, tickedAt = born, askedAt = 0, lostAt = 0;

  const scale = () => {
    const zoom = Math.min(innerHeight / HEIGHT, innerWidth / WIDTH_MIN);
    wall.style.zoom = zoom;
    wall.style.width = `${innerWidth / zoom}px`;
    wall.style.height = `${innerHeight / zoom}px`;
    wall.classList.toggle("wide", innerWidth / zoom > WIDE);
  };

  // What was not there before moves once; what stood there stays as it is.
  const put = (element, key, html) => {
    if (shown[key] === html) return;
    shown[key] = html;
    if (key === "problem") element.textContent = html;
    else element.innerHTML = html;
    const marked = [...element.querySelectorAll("[data-id]")];
    for (const each of marked) {
      if (known[key] && !known[key].has(each.dataset.id)) each.classList.add("new");
    }
    known[key] = new Set(marked.map((each) => each.dataset.id));
  };

  const column = (name, keys) => {
    const element = one(`.${name}`);
    if (element.dataset.keys !== keys.join()) {
      element.dataset.keys = keys.join();
      element.replaceChildren(...keys.map((key) => {
        const section = document.createElement("section");
        section.dataset.part = key;
        delete shown[key];
        return section;
      }));
    }
  };

  const spots = () => data?.turns ?? [];
  const turn = () => {
    const code = spots()[at];
    for (const each of wall.querySelectorAll(".spot, .map .area, .map .label, .tiles .area")) {
      each.classList.toggle("on", each.dataset.code === code);
    }
    const area = one(".map .area.on");
    // The last drawn lies on top: its whole edge is seen.
    if (area && area.nextElementSibling?.classList.contains("area")) {
      const labels = one(".map .label");
      area.parentNode.insertBefore(area, labels);
    }
  };
  const step = (by) => {
    if (!spots().length) return;
    at = (at + by + spots().length) % spots().length;
    turnedAt = Date.now();
    turn();
  };
  const tick = () => {
    const items = wall.querySelectorAll("footer .item");
    if (!items.length) return;
    item %= items.length;
    items.forEach((each, number) => each.classList.toggle("on", number === item));
    one("footer .count").textContent = items.length > 1 ? `${item + 1} / ${items.length}` : "";
  };
  const touch = () => { touchedAt = Date.now(); isHeld = true; };
  const go = (where) => { touch(); at = 0; send("go", where || "all"); };
  const pause = () => { isPaused = !isPaused; tools(); };
  const tools = () => {
    one('[data-do="pause"]').textContent = isPaused ? "继续轮播" : "暂停轮播";
    one('[data-do="pin"]').textContent = data.pinned ? "取消固定" : "固定此地区";
    one('[data-do="pin"]').hidden = !data.pinned && !data.region;
    one('[data-do="now"]').hidden = !data.day;
    one(".tools label").hidden = !data.looks_back;
    const day = one('[data-do="day"]');
    if (document.activeElement !== day) day.value = data.day;
    wall.classList.toggle("paused", isPaused);
  };
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {});
  const deeds = {
    colour: () => { wall.dataset.colour = wall.dataset.colour === "rating" ? "pressure" : "rating"; },
    previous: () => step(-1),
    next: () => step(1),
    pause,
    pin: () => send("pin", data.pinned ? "none" : data.region),
    now: () => send("day", "now"),
    full,
  };
  const onClick = (event) => {
    const target = event.target;
    const deed = target.closest("[data-do]");
    if (deed && deeds[deed.dataset.do]) { touch(); deeds[deed.dataset.do](); deed.blur(); return; }
    const crumb = target.closest("[data-go]");
    if (crumb) { go(crumb.dataset.go); return; }
    const area = target.closest(".area, .label");
    if (area && area.dataset.code !== data.region) go(area.dataset.code);
  };
  const onChange = (event) => {
    if (event.target.dataset.do !== "day") return;
    touch();
    send("day", event.target.value || "now");
  };
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, a")) return;
    const keys = {
      ArrowLeft: () => { touch(); step(-1); },
      ArrowRight: () => { touch(); step(1); },
      " ": () => { touch(); pause(); },
      Escape: () => { if (data?.above !== null && data?.above !== undefined) go(data.above); },
      f: full,
      F: full,
    };
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  };
  const onMove = () => {
    wall.classList.add("handled");
    isHeld = true;
    touchedAt = Date.now();
  };

  const lost = (words) => { const told = one(".lost"); told.hidden = !words; told.textContent = words; };
  const isServed = async () => {
    try {
      const answer = await fetch("_stcore/health", { cache: "no-store", signal: AbortSignal.timeout(4000) });
      return answer.ok;
    } catch { return false; }
  };
  const look = async (now) => {
    const patience = Math.max(3 * data.seconds.refresh, 5) * 1000;
    const silent = now - window.screenHeardAt;
    const isNight = now - born > YOUNG_HOURS * 3600e3 && Number(HOUR.format(now)) === data.reload_hour;
    if (silent < patience) { lostAt = 0; lost(""); }
    else {
      lostAt ||= window.screenHeardAt;
      lost(`与服务器的连接已中断，以下为 ${CLOCK.format(lostAt)} 的内容；恢复后自动续上。`);
    }
    if ((silent < 2 * patience && !isNight) || now - askedAt < 5000) return;
    askedAt = now;
    // Never into nothing: an error page of the browser's would stay for good.
    if (await isServed()) location.reload();
  };
  const every = () => {
    const now = Date.now();
    one(".clock").textContent = CLOCK.format(now).replace("周", " 周");
    if (!data) return;
    if (isHeld && now - touchedAt > data.seconds.resume * 1000) {
      isHeld = false;
      wall.classList.remove("handled");
      // Back to where the screen is held, from where somebody left it.
      if (wall.dataset.drilled) { at = 0; send("go", "home"); }
    }
    if (!isPaused && !isHeld && now - turnedAt > data.seconds.rotate * 1000) step(1);
    if (now - tickedAt > TICK_SECONDS * 1000) { tickedAt = now; item += 1; tick(); }
    look(now);
  };

  const timer = setInterval(every, 1000);
  addEventListener("resize", scale);
  addEventListener("keydown", onKey);
  wall.addEventListener("click", onClick);
  wall.addEventListener("change", onChange);
  wall.addEventListener("mousemove", onMove);
  document.documentElement.classList.add("has-wall");
  scale();

  return {
    show(next, setTriggerValue) {
      const isOther = data && data.region !== next.region;
      const before = data && !isOther ? spots()[at] : null;
      data = next;
      send = (name, value) => { if (name === "go") wall.dataset.drilled = value === "home" ? "" : "1"; setTriggerValue(name, value); };
      wall.dataset.colour ??= data.colour;
      column("left", data.columns.left);
      column("right", data.columns.right);
      for (const [key, html] of Object.entries(data.parts)) {
        const element = one(`[data-part="${key}"]`);
        if (element) put(element, key, html);
      }
      wall.classList.toggle("past", Boolean(data.day));
      at = Math.max(0, before ? spots().indexOf(before) : 0);
      turn();
      tick();
      tools();
      every();
    },
    end() {
      clearInterval(timer);
      removeEventListener("resize", scale);
      removeEventListener("keydown", onKey);
      document.documentElement.classList.remove("has-wall");
    },
  };
}
