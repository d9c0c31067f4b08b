// What the server is asked.

// Problem is an answer that says what is wrong; lines has the errors of a scenario.
export class Problem extends Error {
  constructor(answer) {
    super(answer.error);
    this.lines = answer.lines ?? [];
  }
}

async function checked(response) {
  if (response.ok) return response;
  let answer;
  try {
    answer = await response.json();
  } catch {
    answer = { error: `the server answered ${response.status}` };
  }
  throw new Problem(answer);
}

const post = (path, value, signal) => fetch(path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value), signal,
}).then(checked);

export const position = (place, signal) => post("/api/position", place, signal).then((r) => r.json());

export const map = (place, signal) => post("/api/map", place, signal).then((r) => r.json());

export const catalogue = () => fetch("/api/catalogue").then(checked).then((r) => r.json());

// capture has pictures of a width in pixels.
export const capture = (file, width, signal) => fetch(`/api/capture?width=${width}`, {
  method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file, signal,
}).then(checked).then((r) => r.json());

// search calls progress with each event of that name, and returns the answer.
export async function search(path, quest, signal, progress) {
  const response = await post(path, quest, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Problem({ error: "the search ended without an answer" });
    rest += value;
    const events = rest.split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const [, name, data] = event.match(/^event: (.*)\ndata: (.*)$/) ?? [];
      if (name === "progress") progress(JSON.parse(data).says);
      if (name !== "done") continue;
      const answer = JSON.parse(data);
      if (answer.error) throw new Problem(answer);
      return answer;
    }
  }
}

// link leads to a run of a scenario in the explorer.
export function link(text, run, loop) {
  const q = new URLSearchParams({ text });
  if (run.length) q.set("run", run.join("~"));
  if (loop) q.set("loop", loop);
  return "/#" + q;
}
