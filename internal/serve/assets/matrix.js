// The page of the matrix: what is asked, and the table.
import * as api from "/assets/api.js";
import { $, make } from "/assets/view.js";

let running = null;

async function ask(e) {
  e?.preventDefault();
  running?.abort();
  const mine = running = new AbortController();
  const columns = [...document.querySelectorAll("input[name=column]:checked")].map((c) => c.value);
  $("stop").hidden = false;
  $("errors").replaceChildren();
  $("progress").textContent = "Searching …";
  try {
    const m = await api.search("/api/matrix", { rows: $("rows").value, columns, text: $("own").value.trim() }, mine.signal,
      (says) => { $("progress").textContent = `Searching: ${says}`; });
    $("progress").textContent = m.summary;
    show(m);
  } catch (err) {
    $("progress").textContent = err.name === "AbortError" ? "The search was stopped." : err.message;
    $("errors").replaceChildren(...(err.lines ?? []).map((l) => make("li", {}, `line ${l.line}: ${l.says}`)));
  } finally {
    if (running === mine) $("stop").hidden = true;
  }
}

function show(m) {
  const head = make("tr", {}, make("td"), ...m.columns.map((c, i) => make("th", { scope: "col", title: c.says }, make("span", {}, `${i + 1} ${c.name}`))));
  const rows = m.rows.map((r, i) => make("tr", { class: r.base ? "base" : false }, make("th", { scope: "row" }, `${i + 1} ${r.name}`),
    ...r.cells.map((c, j) => make("td", {}, cell(c, r.name, m.columns[j].name)))));
  $("matrix").replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
}

function cell(c, row, column) {
  const says = `${column} ${c.mark}, ${row}: ${c.word}${c.run.length ? ` after ${c.run.length} steps` : ""}${c.change ? `, ${c.change}` : ""}`;
  const looks = { class: `cell ${c.class}${c.change ? " changed" : ""}`, "data-column": column, "aria-label": says, title: says };
  return c.text ? make("a", { ...looks, href: api.link(c.text, c.run, c.loop) }, c.mark) : make("span", { ...looks, role: "img" }, c.mark);
}

$("quest").addEventListener("submit", ask);
$("stop").addEventListener("click", () => running?.abort());
ask();
