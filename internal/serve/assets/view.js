// Draws a position. Text is set as text; only the picture, which the server draws, is markup.

export const $ = (id) => document.getElementById(id);

// make returns an element with attributes and children.
export function make(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") e.addEventListener("click", value);
    else if (value !== undefined && value !== false) e.setAttribute(name, value);
  }
  e.append(...children.filter((c) => c !== undefined && c !== ""));
  return e;
}

// show draws the whole position; take is called with an action, jump with a step, and preview with an action that the
// pointer or the focus is on, or with nothing.
export function show(v, steps, take, jump, preview) {
  $("title").textContent = v.title;
  $("says").textContent = v.says || "Premises";
  $("premises").replaceChildren(...v.premises.map((p) => make("li", {}, p)));
  groups(v, take, preview);
  drawPicture(v.picture, jump);
  $("save").href = "data:image/svg+xml," + encodeURIComponent(v.picture.replace("</title>", `</title>\n<style>${style()}</style>`));
  $("steps").replaceChildren(...v.steps.map((s) => make("li", {}, s)));
  peers(v.peers);
  figure(v.peers);
  wire(v, take);
  $("invariants").replaceChildren(...v.invariants.map((i) => invariant(i)));
  if (v.live) $("invariants").append(make("li", { class: "quiet" }, `Asked is what happens eventually: ${v.live}. No single state can violate that.`));
  else if (!v.invariants.length) $("invariants").append(make("li", { class: "quiet" }, "none is asked for"));
  $("clauses").replaceChildren(...(v.clauses.length ? v.clauses.map((c) => make("li", {}, make("b", {}, `§${c.section}: `), c.says))
    : [make("li", { class: "quiet" }, "no endpoint has acted")]));
  verdict(v, steps);
}

function groups(v, take, preview) {
  const focused = document.activeElement?.closest("#groups") !== null;
  $("groups").replaceChildren(...v.groups.flatMap((g) => {
    const list = g.actions.map((a) => make("button", { type: "button", "data-id": a.id, onclick: () => take(a.id) }, a.label, a.then && make("small", {}, a.then)));
    for (const b of list) {
      for (const event of ["pointerenter", "focus"]) b.addEventListener(event, () => b.matches(":hover, :focus-visible") && preview(b.dataset.id));
      for (const event of ["pointerleave", "blur"]) b.addEventListener(event, () => preview());
    }
    if (list.length <= 12) return [make("h3", {}, g.title), ...list];
    return [make("details", {}, make("summary", {}, `${g.title} (${list.length})`), ...list)];
  }));
  if (v.end) $("groups").append(make("p", {}, v.end));
  if (focused) actions()[0]?.focus();
}

// actions are the buttons of what can happen, without those that are folded away.
export const actions = () => [...$("groups").querySelectorAll("button")].filter((b) => b.offsetParent !== null);

// drawPicture shows a picture, in which the steps from a number on are only a preview.
export function drawPicture(svg, jump, from = Infinity) {
  $("picture").innerHTML = svg;
  for (const g of $("picture").querySelectorAll(".step")) {
    const step = Number(g.dataset.step);
    g.classList.toggle("preview", step >= from);
    g.addEventListener("click", () => jump(step));
  }
}

// style is run.css, so that a saved picture has its colours.
function style() {
  const sheet = [...document.styleSheets].find((s) => s.href?.endsWith("/run.css"));
  return sheet ? [...sheet.cssRules].map((r) => r.cssText).join("\n") : "";
}

// peers shows both endpoints beside each other, and what the last step changed.
function peers(list) {
  const head = list.map((p) => {
    const e = make("th", { scope: "col" }, `${p.name} `, make("br"), make("span", { class: p.was ? "changed" : "" }, p.state), p.was ? make("small", {}, `was ${p.was}`) : "");
    e.style.borderColor = `var(--${p.state.toLowerCase()})`;
    return e;
  });
  const names = [...new Set(list.flatMap((p) => p.fields.map((f) => f.name)))];
  const cell = (p, name) => {
    const f = p.fields.find((f) => f.name === name);
    return make("td", { class: f?.was ? "num changed" : "num" }, f?.value ?? "", f?.was ? make("small", {}, `was ${f.was}`) : "");
  };
  $("peers").replaceChildren(make("tr", {}, make("td"), ...head), ...names.map((n) => make("tr", {}, make("th", { scope: "row" }, n), ...list.map((p) => cell(p, n)))));
}

// figure shows both endpoints' places in Figure 5, if the reader has opened it.
function figure(list) {
  const [a, b] = list.map((p) => p.place);
  const draw = () => {
    if (!$("map").open) return;
    $("figure").src = `/api/figure5?${new URLSearchParams({ a, b })}`;
    $("figure").alt = `Figure 5 of RFC 9293: A is in ${a}, B is in ${b}`;
  };
  $("map").ontoggle = draw;
  draw();
}

function wire(v, take) {
  $("wire").replaceChildren(...v.wire.map((w) => {
    const text = `${w.packet} → ${w.to}${w.old ? ", old" : ""}${w.age ? `, ${w.age} ticks old` : ""}`;
    return make("li", { class: "num" }, w.action ? make("button", { type: "button", title: "deliver it", onclick: () => take(w.action) }, text) : text);
  }));
  if (!v.wire.length) $("wire").append(make("li", { class: "quiet" }, "no segment"));
}

function invariant(i) {
  const broken = i.start || i.broken > 0;
  const when = i.start ? "does not hold at the start" : broken ? `does not hold after step ${i.broken}` : "holds";
  return make("li", { class: broken ? "broken" : "" }, broken ? "⚑ " : "✓ ", make("b", {}, i.name), ` ${when}`,
    broken && i.means ? `: ${i.means}` : "", broken && i.part ? ` (${i.part})` : "");
}

function verdict(v, steps) {
  const broken = v.invariants.find((i) => i.start || i.broken > 0);
  $("verdict").className = broken ? "broken" : "";
  let text = steps ? `Step ${steps}: ${v.steps[steps - 1]}` : "Nothing has happened yet. Choose what happens first, or let a search find a run: “Ask from here”.";
  if (broken) text = `⚑ VIOLATED ${broken.start ? "at the start" : `after ${broken.broken} steps`}: ${broken.name}${broken.means ? `: ${broken.means}` : ""}.`;
  $("verdict").textContent = text;
}
