// The dialog that shows a capture.
import * as api from "/assets/api.js";
import { $, make } from "/assets/view.js";

const columns = [["a", "A"], ["b", "B"], ["opened", "opened"], ["closed", "closed"], ["octets", "octets"], ["seconds", "seconds"], ["grade", "found"]];
let flows = [];
let order = { by: "", down: false };

// openCapture opens the dialog, with a file if one was dropped.
export function openCapture(file) {
  $("file").onchange = () => judge($("file").files[0]);
  $("flow-filter").oninput = table;
  if (!$("capture").open) $("capture").showModal();
  if (file) judge(file);
}

async function judge(file) {
  if (!file) return;
  $("capture-says").textContent = `Reading ${file.name} …`;
  $("flow").replaceChildren();
  flows = [];
  try {
    const answer = await api.capture(file, Math.min(900, Math.round($("flow").clientWidth) || 900));
    flows = answer.connections;
    $("capture-says").textContent = `${file.name}: ${answer.summary}.${answer.left ? ` ${answer.left} connections are left out of the table.` : ""}`;
  } catch (e) {
    $("capture-says").textContent = `${file.name}: ${e.message}`;
  }
  table();
}

function table() {
  const word = $("flow-filter").value.toLowerCase();
  const shown = flows.filter((f) => !word || [f.a, f.b, f.opened, f.closed, f.grade, ...f.found].join(" ").toLowerCase().includes(word));
  if (order.by) {
    shown.sort((x, y) => (x[order.by] > y[order.by] ? 1 : x[order.by] < y[order.by] ? -1 : 0) * (order.down ? -1 : 1));
  }
  const head = columns.map(([key, text]) => make("th", { scope: "col", "aria-sort": order.by === key ? (order.down ? "descending" : "ascending") : "none" },
    make("button", { type: "button", onclick: () => { order = { by: key, down: order.by === key && !order.down }; table(); } }, text)));
  const rows = shown.map((f) => make("tr", {}, ...columns.map(([key]) => make("td", { class: key === "grade" && f.grade === "impossible" ? "broken" : "" },
    key === "a" ? make("button", { type: "button", onclick: () => one(f) }, f.a) : key === "seconds" ? f.seconds.toFixed(3) : String(f[key])))));
  $("flows").replaceChildren(...(flows.length ? [make("tr", {}, ...head), ...rows] : []));
}

function one(f) {
  $("flow").replaceChildren(make("h3", {}, `A ${f.a} and B ${f.b}`), make("p", {}, `Opened: ${f.opened}. Closed: ${f.closed}.`), make("ul", {}, ...f.found.map((t) => make("li", {}, t))),
    picture(f.picture), f.ladder ? make("details", {}, make("summary", {}, "The same as text"), make("pre", {}, f.ladder)) : make("p", {}, "There are too many connections to draw each; filter the capture."));
  $("flow").focus();
}

// picture is one that the server drew.
function picture(svg) {
  const e = make("div", { class: "picture" });
  e.innerHTML = svg;
  return e;
}
