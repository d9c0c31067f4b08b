// The page of smallest safe values: each question is searched when somebody asks for it.
import * as api from "/assets/api.js";
import { $, make } from "/assets/view.js";

let running = null;

async function ask(section) {
  running?.abort();
  const mine = running = new AbortController();
  const { topic, name } = section.dataset;
  const says = (text) => { section.querySelector(".found").replaceChildren(make("p", {}, text)); $("progress").textContent = `${name}: ${text}`; };
  $("stop").hidden = false;
  says("Searching …");
  try {
    const b = await api.search("/api/bound", { topic, name }, mine.signal, says);
    show(section, b);
    $("progress").textContent = `${name}: ${b.formula || "no formula goes through all points."}`;
  } catch (err) {
    says(err.name === "AbortError" ? "The search was stopped." : err.message);
  } finally {
    if (running === mine) $("stop").hidden = true;
  }
}

function show(section, b) {
  const points = b.points.map((p) => make("tr", {}, make("th", { scope: "row" }, p.at), make("td", {}, p.least, p.why && make("small", {}, ` ${p.why}`)),
    make("td", {}, p.text ? make("a", { href: api.link(p.text, p.run, 0) }, p.below) : "")));
  const head = make("tr", {}, ...["point", "smallest safe value", "the largest value that is too small"].map((h) => make("th", { scope: "col" }, h)));
  section.querySelector(".found").replaceChildren(
    make("p", {}, make("b", {}, b.formula || "No formula goes through all points.")),
    make("img", { src: "data:image/svg+xml," + encodeURIComponent(b.picture), alt: `The points: ${b.points.map((p) => `${p.at}: ${p.least}`).join("; ")}` }),
    make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `The points of ${section.dataset.name}` }, make("table", {}, head, ...points)));
}

for (const s of document.querySelectorAll("section.bound")) s.querySelector(".search").addEventListener("click", () => ask(s));
$("stop").addEventListener("click", () => running?.abort());
