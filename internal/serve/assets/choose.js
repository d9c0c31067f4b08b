// The dialogs in which a scenario is chosen or edited.
import * as api from "/assets/api.js";
import { $, make } from "/assets/view.js";

let known = null;

async function load() {
  if (known) return known;
  known = await api.catalogue();
  for (const id of ["pair-a", "pair-b"]) $(id).append(...known.states.map((s) => make("option", {}, s)));
  return known;
}
load();

// openChooser lists everything, and calls look with the subject that is chosen.
export async function openChooser(look) {
  const { shelves } = await load();
  const choose = (subject) => { $("chooser").close(); look(subject); };
  $("shelves").replaceChildren(...shelves.map((s, i) => make("details", i === 0 ? { open: "" } : {}, make("summary", {}, `${s.title} (${s.entries.length})`),
    ...s.entries.map((e) => make("button", { type: "button", "data-name": e.name, onclick: () => choose(e.subject) },
      make("span", { class: `badge ${e.verdict}` }, e.verdict), make("b", {}, e.name), " ", make("span", { class: "quiet" }, e.says))))));
  $("filter").oninput = () => filter($("filter").value.toLowerCase());
  $("filter").value = "";
  $("nothing").hidden = true;
  $("chooser").showModal();
  $("filter").focus();
}

function filter(word) {
  for (const d of $("shelves").children) {
    let some = false;
    for (const b of d.querySelectorAll("button")) {
      b.hidden = !b.textContent.toLowerCase().includes(word);
      some ||= !b.hidden;
    }
    d.hidden = !some;
    if (word) d.open = some;
  }
  $("nothing").hidden = [...$("shelves").children].some((d) => !d.hidden);
}

// openEditor shows the scenario of a position, checks what is typed, and calls look with it.
export async function openEditor(view, look) {
  const { example } = await load();
  let timer, request;
  const check = async () => {
    request?.abort();
    request = new AbortController();
    try {
      await api.position({ subject: { text: $("text").value }, actions: [], width: 400 }, request.signal);
      $("errors").replaceChildren(make("li", { class: "quiet" }, "The scenario can be used."));
      $("use").disabled = false;
    } catch (e) {
      if (e.name === "AbortError") return;
      $("use").disabled = true;
      const lines = e.lines?.length ? e.lines : [{ line: 0, says: e.message }];
      $("errors").replaceChildren(...lines.map((l) => make("li", {}, l.line ? make("button", { type: "button", onclick: () => toLine(l.line) }, `line ${l.line}`) : "", ` ${l.says}`)));
    }
  };
  $("text").value = view?.text ?? "";
  $("text").oninput = () => { clearTimeout(timer); timer = setTimeout(check, 200); };
  $("use").onclick = () => { $("editor").close(); look({ text: $("text").value }); };
  $("example").onclick = () => { $("text").value = example; check(); };
  $("editor").showModal();
  $("text").focus();
  check();
}

// toLine selects a line of the scenario.
function toLine(n) {
  const lines = $("text").value.split("\n");
  const start = lines.slice(0, n - 1).reduce((sum, l) => sum + l.length + 1, 0);
  $("text").focus();
  $("text").setSelectionRange(start, start + (lines[n - 1]?.length ?? 0));
}
