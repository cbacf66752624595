// A measurement as it runs: its log over server-sent events, one line a configuration, a chart of the repetitions as they come, and a
// button that ends it.
import { get, post } from "./api";
import type { Datum, Handlers } from "./charts";
import { digits, el } from "./dom";

declare const chimeraCharts: { draw(element: HTMLElement, spec: Datum, handlers: Handlers): Promise<() => void> } | undefined;

interface Log {
  name: string;
  bytes: number;
  written: boolean;
}

interface Sample {
  record?: string;
  trial?: string;
  block?: number;
  phase?: string;
  config?: Record<string, string | number>;
  metrics?: Record<string, number>;
  validity?: string;
  remarks?: string[];
  reason?: string;
  failure?: { message?: string };
  protocol?: { most_blocks?: number; least_blocks?: number };
}

interface Trial {
  config: Record<string, string>;
  measured: number;
  others: number;
  block: number;
  last: Map<string, number>;
  sums: Map<string, number>;
  state: string;
}

interface Point {
  n: number;  // which measured repetition of the session
  trial: string;
  metrics: Record<string, number>;
}

const keptPoints = 1500;  // the newest: enough to see drift, few enough to be drawn every second
const mostColours = 8;    // more configurations cannot be told apart by colour

const shownFirst = ["decode_tok_per_s", "ttft_s", "tpot_s", "e2e_s", "prefill_tok_per_s"];

export class Session {
  readonly trials = new Map<string, Trial>();
  lines = 0;
  broken = 0;
  most = 0;
  state = "running";
  remarks: string[] = [];
  points: Point[] = [];
  private measured = 0;

  take(line: string): void {
    ++this.lines;
    let record: Sample;
    try {
      record = JSON.parse(line) as Sample;
    } catch {
      ++this.broken;
      return;
    }
    if (record.record === "session") {
      this.forget();
      this.state = "running";
      this.most = record.protocol?.most_blocks ?? 0;
    }
    if (record.record === "sample") this.sample(record);
    if (record.record === "stop" && record.trial) {
      const trial = this.trials.get(record.trial);
      if (trial) trial.state = (record.reason ?? "stopped").replace(/_/g, " ");
    }
    if (record.record === "end") this.state = `ended: ${(record.reason ?? "").replace(/_/g, " ")}`;
    if (record.record === "resumed") this.state = "running";
  }

  forget(): void {
    this.trials.clear();
    this.points = [];
    this.measured = 0;
  }

  private sample(record: Sample): void {
    const key = record.trial ?? "";
    const trial: Trial = this.trials.get(key) ?? { config: Object.fromEntries(Object.entries(record.config ?? {}).map(([k, v]) => [k, String(v)])), measured: 0, others: 0, block: 0, last: new Map(), sums: new Map(), state: "running" };
    this.trials.set(key, trial);
    trial.block = Math.max(trial.block, record.block ?? 0);
    if (record.failure) trial.state = `failed: ${record.failure.message ?? ""}`;
    if (record.phase !== "measured") {
      ++trial.others;
      return;
    }
    ++trial.measured;
    this.points.push({ n: ++this.measured, trial: key, metrics: record.metrics ?? {} });
    if (this.points.length > keptPoints) this.points.shift();
    for (const [name, value] of Object.entries(record.metrics ?? {})) {
      trial.last.set(name, value);
      trial.sums.set(name, (trial.sums.get(name) ?? 0) + value);
    }
  }
}

const written = (settings: [string, string][]): string => settings.map(([key, value]) => `${key}=${value}`).join(", ");

// What tells the configurations apart, by label, and what they have in common. Of two that are alike in everything (the duplicate) the label tells.
export function settingsOf(session: Session): { own: Map<string, string>; shared: string } {
  const trials = [...session.trials];
  const first = trials[0]?.[1].config ?? {};
  const same = (key: string) => trials.every(([, trial]) => trial.config[key] === first[key]);
  const own = new Map(trials.map(([label, trial]) => [label, written(Object.entries(trial.config).filter(([key]) => !same(key)))]));
  const texts = [...own.values()];
  for (const [label, text] of own) if (texts.filter((other) => other === text).length > 1) own.set(label, text ? `${text} (${label})` : label);
  return { own, shared: written(Object.entries(first).filter(([key]) => same(key))) };
}

function table(session: Session): HTMLElement {
  const { own, shared } = settingsOf(session);
  const found = new Set([...session.trials.values()].flatMap((t) => [...t.last.keys()]));
  const names = shownFirst.filter((name) => found.has(name)).slice(0, 4);
  const head = el("tr", {}, ...["Configuration", "Block", "Measured", "Warm-up and cold", ...names.map((n) => `${n}, mean so far`), "State"].map((title) => el("th", { scope: "col" }, title)));
  const body = el("tbody", {}, ...[...session.trials].map(([label, trial]) => el("tr", {}, el("td", {}, own.get(label) ?? label), el("td", { class: "n" }, session.most ? `${trial.block} of at most ${session.most}` : String(trial.block)), el("td", { class: "n" }, String(trial.measured)), el("td", { class: "n" }, String(trial.others)),
    ...names.map((name) => el("td", { class: "n" }, trial.measured > 0 ? digits((trial.sums.get(name) ?? 0) / trial.measured, 4) : "")), el("td", {}, trial.state))));
  return el("div", {}, el("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Configurations of this measurement" }, el("table", {}, el("thead", {}, head), body)),
    shared ? el("p", { class: "count" }, `All of them: ${shared}`) : null);
}

// Every repetition in the order it was measured, one metric at a time.
function chartOf(session: Session): { spec: Datum; caption: string } | null {
  const metric = shownFirst.find((name) => session.points.some((point) => point.metrics[name] !== undefined));
  if (!metric) return null;
  const { own } = settingsOf(session);
  const values = session.points.filter((point) => point.metrics[metric] !== undefined).map((point) => ({ n: point.n, value: point.metrics[metric], configuration: own.get(point.trial) ?? point.trial }));
  const longest = Math.max(...[...own.values()].map((text) => text.length));
  const legend = longest > 30 ? { legend: { columns: innerWidth < 700 ? 1 : 2 } } : {};
  const colour = session.trials.size <= mostColours ? { color: { field: "configuration", type: "nominal", ...legend }, shape: { field: "configuration", type: "nominal", ...legend } } : {};
  const spec = { data: { values }, mark: { type: "point", filled: true, size: 40, opacity: 0.8 }, height: 220,
                 encoding: { x: { field: "n", type: "quantitative", title: "measured repetition, in order", scale: { zero: false, nice: false } },
                             y: { field: "value", type: "quantitative", title: `${metric} (not from zero)`, scale: { zero: false } }, ...colour } };
  return { spec, caption: `${metric}: ${values.length < session.points.at(-1)!.n ? "the newest " : ""}${values.length} measured repetitions` };
}

class LiveChart {
  readonly figure = el("figure", { hidden: "" });
  private readonly caption = el("figcaption", {});
  private end: (() => void) | null = null;
  private plot: HTMLElement | null = null;
  private drawn = 0;

  constructor() {
    this.figure.append(this.caption);
  }

  // Repetitions came that the drawing does not show.
  isBehind(session: Session): boolean {
    return (session.points.at(-1)?.n ?? 0) !== this.drawn && chartOf(session) !== null;
  }

  async show(session: Session): Promise<void> {
    const found = this.isBehind(session) ? chartOf(session) : null;
    if (!found || typeof chimeraCharts === "undefined") return;
    this.drawn = session.points.at(-1)?.n ?? 0;
    this.figure.hidden = false;
    this.caption.textContent = found.caption;
    const next = el("div", { class: "plot" });
    this.figure.insertBefore(next, this.caption);
    try {
      const end = await chimeraCharts.draw(next, found.spec, { over: () => undefined, pick: () => undefined });
      this.end?.();
      this.plot?.remove();
      this.end = end;
      this.plot = next;
      this.figure.dataset["points"] = String(this.drawn);
    } catch (error) {
      next.textContent = `This chart could not be drawn: ${String(error)}`;
    }
  }
}

let stream: EventSource | null = null;

export function leaveLive(): void {
  stream?.close();
  stream = null;
}

function follow(place: HTMLElement, name: string): void {
  leaveLive();
  const session = new Session();
  const status = el("p", { role: "status", class: "count" }, "connecting");
  const stop = el("button", { type: "button", class: "plain" }, "Stop this measurement");
  const rows = el("div", {});
  const chart = new LiveChart();
  place.replaceChildren(el("h2", {}, name), el("p", {}, status, " ", stop), chart.figure, rows);
  let due = false;
  let charted = false;
  // The chart costs more than the table, so it is drawn less often.
  const chartSoon = () => {
    if (charted) return;
    charted = true;
    setTimeout(() => void chart.show(session).then(() => (charted = false)).then(() => { if (typeof chimeraCharts !== "undefined" && chart.isBehind(session)) chartSoon(); }), 500);
  };
  const draw = () => {
    due = false;
    status.textContent = `${session.state}; ${session.lines} lines read${session.broken ? `, ${session.broken} of them broken` : ""}`;
    stop.hidden = session.state.startsWith("ended");
    rows.replaceChildren(table(session));
    chartSoon();
  };
  if (typeof chimeraCharts === "undefined") addEventListener("load", chartSoon, { once: true });  // the larger script comes later
  const soon = () => {
    if (!due) setTimeout(draw, 100);
    due = true;
  };
  stream = new EventSource(`/api/live?${new URLSearchParams({ log: name })}`);
  stream.onmessage = (event) => {
    session.take(String(event.data));
    soon();
  };
  stream.addEventListener("restart", () => session.forget());
  stream.addEventListener("gone", () => {
    leaveLive();
    session.state = "the log is no longer there, or the server ends";
    soon();
  });
  stream.onerror = () => {
    if (stream?.readyState === EventSource.CLOSED) status.textContent = "the server refused the stream: it may have as many open as it can";
  };
  stop.addEventListener("click", () => {
    stop.disabled = true;
    post<{ asked: number }>("stop", "", { log: name }).then(() => (status.textContent = "asked to stop: it ends after the run that is under way"), (error: Error) => (status.textContent = error.message));
  });
}

export async function liveView(root: HTMLElement, fields: Record<string, string>): Promise<void> {
  const logs = (await get<{ logs: Log[] }>("logs")).logs;
  const place = el("div", {});
  root.append(el("h1", {}, "Live"), logs.length === 0 ? el("p", {}, "No trial log lies under what is served. ", el("code", {}, "chimera bench -o LOG"), " writes one.") : el("ul", {}, ...logs.map((log) =>
    el("li", {}, el("a", { href: `#live?${new URLSearchParams({ log: log.name })}` }, log.name), ` ${digits(log.bytes)} bytes${log.written ? ", being written" : ""}`))), place);
  if (fields["log"]) follow(place, fields["log"]);
}
