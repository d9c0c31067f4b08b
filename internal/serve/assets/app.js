// The page: a position (subject, actions), and what changes it. The link has all of it.
import * as api from "/assets/api.js";
import { $, actions, drawPicture, make, show } from "/assets/view.js";
import { openCapture } from "/assets/capture.js";
import { openChooser, openEditor } from "/assets/choose.js";

let subject = { theorem: "two-segments-old-data" };
let run = []; // also the steps after the present one, for redo
let at = 0;
let loop = 0; // so many of the last steps repeat forever
let view = null;
let fresh = false; // the view is that of the present position: its actions can be taken
let pending = null; // the request of the present position
let search = null;

function readLink() {
  const q = new URLSearchParams(location.hash.slice(1));
  for (const key of ["theorem", "hazard", "claim", "text"]) {
    if (q.get(key)) subject = { [key]: q.get(key) };
  }
  run = (q.get("run") ?? "").split("~").filter(Boolean);
  at = run.length;
  loop = Number(q.get("loop") ?? 0);
}

function writeLink() {
  const q = new URLSearchParams(subject);
  if (at) q.set("run", run.slice(0, at).join("~"));
  if (shownLoop()) q.set("loop", loop);
  history.replaceState(null, "", "#" + q);
}

// shownLoop is the loop at the end of a run that is shown whole.
const shownLoop = () => (at === run.length ? loop : 0);

const place = (list) => ({ subject, actions: list, width: Math.round($("picture").clientWidth) || 900, rfc: $("rfc").checked });

async function refresh() {
  fresh = false;
  pending?.abort();
  pending = new AbortController();
  try {
    view = await api.position({ ...place(run.slice(0, at)), loop: shownLoop() }, pending.signal);
  } catch (e) {
    if (e.name === "AbortError") return;
    $("verdict").className = "broken";
    $("verdict").textContent = [e.message, ...(e.lines ?? []).map((l) => `line ${l.line}: ${l.says}`)].join("; ");
    return;
  }
  fresh = true;
  previewing++;
  $("picture").style.minHeight = "";
  show(view, at, take, jump, preview);
  drawMap();
  $("own").replaceChildren(
    ...view.reach.map((c, i) => make("button", { type: "button", onclick: () => ask({ pair: ["", ""], reach: i + 1 }) }, `Shortest run to ${c}`)),
    ...view.leadsTo.map((c, i) => make("button", { type: "button", onclick: () => ask({ pair: ["", ""], leadsTo: i + 1 }), disabled: at > 0 && "" }, `Does it always happen? ${c}${at > 0 ? " (only at the start)" : ""}`)));
  writeLink();
  document.title = `tcpcheck: ${view.title}`;
  $("at").textContent = $("jump").value = at;
  $("jump").max = $("of").textContent = run.length;
  $("jump").value = at;
  $("undo").disabled = $("first").disabled = at === 0;
  $("redo").disabled = at === run.length;
}

// preview draws what an action would do in grey, until the pointer or the focus leaves it.
let previewing = 0;

async function preview(id) {
  const mine = ++previewing;
  if (!fresh) return;
  if (!id) return drawPicture(view.picture, jump);
  await new Promise((done) => setTimeout(done, 120));
  if (mine !== previewing || !fresh) return;
  try {
    const next = await api.position(place([...run.slice(0, at), id]), pending.signal);
    if (mine !== previewing) return;
    drawPicture(next.picture, jump, at + 1);
    $("picture").style.minHeight = `${$("picture").offsetHeight}px`; // nothing below moves when the preview goes
  } catch {
    // the page has moved on
  }
}

// drawMap shows the folded graph, if the reader has opened it.
let mapping = null;

async function drawMap() {
  mapping?.abort();
  if (!$("folded").open) return;
  const mine = mapping = new AbortController();
  $("map-says").textContent ||= "Searching …";
  try {
    const m = await api.map({ subject, actions: run.slice(0, at) }, mine.signal);
    $("map-says").textContent = `You are at ${m.here}. ${m.says}`;
    $("map-legend").replaceChildren(...m.legend.map((l) => make("li", {}, l)));
    $("map-picture").src = "data:image/svg+xml," + encodeURIComponent(m.picture);
    $("map-picture").alt = `The pairs of states; you are at ${m.here}`;
  } catch (e) {
    if (e.name !== "AbortError") $("map-says").textContent = e.message;
  }
}

function take(id) {
  if (!fresh) return; // a second press, before the first has had its answer
  stop();
  $("progress").textContent = ""; // it was about another position
  previewing++;
  run = [...run.slice(0, at), id];
  at++;
  loop = 0;
  return refresh();
}

function jump(step) {
  stop();
  $("progress").textContent = "";
  at = Math.max(0, Math.min(run.length, step));
  return refresh();
}

export function look(what) {
  stop();
  subject = what;
  run = [];
  at = loop = 0;
  $("progress").textContent = "";
  return refresh();
}

function stop() {
  search?.abort();
}

async function ask(what) {
  stop();
  const mine = search = new AbortController();
  $("stop").hidden = false;
  $("progress").textContent = "Searching …";
  try {
    const answer = await api.search("/api/ask", { subject, actions: run.slice(0, at), ...what }, mine.signal, (says) => { $("progress").textContent = `Searching: ${says}`; });
    $("progress").textContent = answer.says;
    if (answer.verdict === "FOUND") {
      run = answer.actions;
      loop = answer.loop;
      at = run.length;
      await refresh();
    }
  } catch (e) {
    $("progress").textContent = e.name === "AbortError" ? "The search was stopped." : e.message;
  } finally {
    if (search === mine) $("stop").hidden = true;
  }
}

function key(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]") || e.target.closest("input, select, textarea")) return;
  const does = {
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    u: () => jump(at - 1), ArrowLeft: () => jump(at - 1), r: () => jump(at + 1), ArrowRight: () => jump(at + 1),
    Home: () => jump(0), End: () => jump(run.length), s: () => ask({ pair: ["", ""] }),
    c: () => openChooser(look), e: () => openEditor(view, look), "?": () => $("keys").showModal(),
  }[e.key];
  if (does) {
    e.preventDefault();
    does();
  }
}

function move(by) {
  const list = actions();
  const i = list.indexOf(document.activeElement);
  list[i < 0 ? (by > 0 ? 0 : list.length - 1) : (i + by + list.length) % list.length]?.focus();
}

function begin() {
  const on = (id, event, does) => $(id).addEventListener(event, does);
  on("first", "click", () => jump(0));
  on("undo", "click", () => jump(at - 1));
  on("redo", "click", () => jump(at + 1));
  on("jump", "change", () => jump(Number($("jump").value)));
  on("rfc", "change", refresh);
  on("copy", "click", async () => {
    await navigator.clipboard.writeText(location.href);
    $("progress").textContent = "The link is in the clipboard.";
  });
  on("ask", "submit", (e) => { e.preventDefault(); ask({ pair: ["", ""] }); });
  on("pair", "click", () => ask({ pair: [$("pair-a").value, $("pair-b").value] }));
  on("folded", "toggle", drawMap);
  on("stop", "click", stop);
  on("choose", "click", () => openChooser(look));
  on("edit", "click", () => openEditor(view, look));
  on("captures", "click", () => openCapture());
  on("help", "click", () => $("keys").showModal());
  for (const b of document.querySelectorAll("dialog .close")) b.addEventListener("click", () => b.closest("dialog").close());
  addEventListener("keydown", key);
  addEventListener("hashchange", () => { readLink(); refresh(); });
  let wide = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== wide) { wide = innerWidth; refresh(); } });
  document.body.addEventListener("dragover", (e) => e.preventDefault());
  document.body.addEventListener("drop", (e) => { e.preventDefault(); openCapture(e.dataTransfer.files[0]); });
  readLink();
  refresh();
}

// Before the style sheets are there, the picture has no width.
if (document.readyState === "complete") begin();
else addEventListener("load", begin);
