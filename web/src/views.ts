// The views of `chimera serve`: each fills one element and asks the server for what it shows.
import { get, post, type Rows } from "./api";
import { digits, el, type Child } from "./dom";
import { openPanel } from "./source";
import { makeTable } from "./tables";

type Cell = string | number | boolean | null;

interface Overview {
  version: string;
  roots: string[];
  files: number;
  facts: number;
  problems: number;
  metrics: string[];
}

let known: Overview | null = null;
export const overview = async (): Promise<Overview> => (known ??= await get<Overview>("overview"));

function note(text: string): HTMLElement {
  return el("p", { class: "note", role: "status" }, text);
}

function shown(value: Cell | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "number" ? digits(value) : String(value);
}

// Runs what may fail and says so in the place of its result.
async function into(place: HTMLElement, make: () => Promise<Child[]>): Promise<void> {
  place.setAttribute("aria-busy", "true");
  try {
    place.replaceChildren(...(await make()).filter((c): c is Node | string => Boolean(c)));
  } catch (error) {
    place.replaceChildren(el("p", { class: "error", role: "alert" }, error instanceof Error ? error.message : String(error)));
  }
  place.removeAttribute("aria-busy");
}

function labelled(label: string, input: HTMLElement): HTMLElement {
  return el("label", {}, el("span", {}, label), input);
}

function linkTo(view: string, fields: Record<string, string>, text: string): HTMLElement {
  return el("a", { href: `#${view}?${new URLSearchParams(fields)}` }, text);
}

async function showSource(from: HTMLElement, path: string, begin: string, end: string, rows: [string, string][]): Promise<void> {
  const facts = el("dl", {}, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  const place = el("div", {}, note("reading"));
  openPanel(from, facts, place);
  await into(place, async () => {
    const text = await get<{ before: string; marked: string; after: string }>("source", { path, begin, end });
    return [el("pre", { tabindex: "0" }, text.before, el("mark", {}, text.marked), text.after)];
  });
}

export async function filesView(root: HTMLElement): Promise<void> {
  const about = await overview();
  const place = el("div", {});
  root.append(el("h1", {}, "Files"), el("p", {}, `${digits(about.files)} files with ${digits(about.facts)} measurements; ${digits(about.problems)} problems in them. Choose a file for its trials.`), place);
  await into(place, async () => {
    const answer = await get<Rows>("files");
    return [makeTable([{ title: "File" }, { title: "Format" }, { title: "Tool" }, { title: "Bytes", numeric: true }, { title: "Measurements", numeric: true }, { title: "Problems", numeric: true }],
      answer.rows.map((row) => [linkTo("trials", { path: String(row[0]) }, String(row[0])), ...row.slice(1).map(shown)]), "Files")];
  });
}

interface TrialTable {
  columns: string[];
  rows: Map<string, { config: string; state: string; line: string; values: Map<string, string> }>;
}

// One trial a row: its settings, and a column for each thing measured.
export async function trialsView(root: HTMLElement, fields: Record<string, string>): Promise<void> {
  const path = fields["path"] ?? "";
  const place = el("div", {});
  root.append(el("h1", {}, "Trials"), el("p", {}, path ? el("code", {}, path) : "Choose a file under Files."), place);
  if (!path) return;
  await into(place, async () => {
    const answer = await get<Rows>("trials", { path });
    const tables = new Map<string, TrialTable>();
    for (const [table, record, line, config, state, metric, statistic, value, unit] of answer.rows) {
      const key = String(table);
      const entry: TrialTable = tables.get(key) ?? { columns: [], rows: new Map() };
      tables.set(key, entry);
      const column = `${metric}${statistic === "sample" ? "" : ` ${statistic}`}${unit ? ` [${unit}]` : ""}`;
      if (!entry.columns.includes(column)) entry.columns.push(column);
      const row = entry.rows.get(String(record)) ?? { config: shown(config), state: shown(state), line: shown(line), values: new Map() };
      entry.rows.set(String(record), row);
      row.values.set(column, shown(value));
    }
    if (tables.size === 0) return [note("No measurement was found in this file.")];
    return [...tables.values()].map((table) => makeTable([{ title: "Line", numeric: true }, { title: "Configuration" }, { title: "State" }, ...table.columns.map((title) => ({ title, numeric: true }))],
      [...table.rows.values()].map((row) => [row.line, row.config, row.state, ...table.columns.map((c) => row.values.get(c) ?? "")]), "Trials"));
  });
}

export async function factsView(root: HTMLElement, fields: Record<string, string>): Promise<void> {
  const about = await overview();
  const path = el("input", { type: "search", value: fields["path"] ?? "" });
  const metric = el("select", {}, el("option", { value: "" }, "any"), ...about.metrics.map((name) => el("option", name === fields["metric"] ? { value: name, selected: "" } : { value: name }, name)));
  const config = el("input", { type: "search", value: fields["config"] ?? "", placeholder: "num_gpu=40" });
  const state = el("select", {}, ...["", "ok", "cold", "warmup", "failed", "summary"].map((name) => el("option", { value: name }, name || "any")));
  const form = el("form", { class: "fields", role: "search" }, labelled("file contains", path), labelled("metric", metric), labelled("configuration contains", config), labelled("state", state));
  const place = el("div", {});
  root.append(el("h1", {}, "Measurements"), form, place);
  let turn = 0;
  let offset = 0;
  const page = 200;
  const ask = async () => {
    const mine = ++turn;
    const answer = await get<Rows>("facts", { path: path.value, metric: metric.value, config: config.value, state: state.value, limit: String(page), offset: String(offset) });
    if (mine !== turn) return;  // a later question was asked meanwhile
    const total = answer.total ?? 0;
    const rows = answer.rows.map((row) => {
      const [fact, file, line, key, name, statistic, value, unit, settings, rowState, begin, end, rule] = row.map(shown);
      const button = el("button", { type: "button", class: "link" }, `${value ?? ""} ${unit ?? ""}`);
      button.addEventListener("click", () => void showSource(button, file ?? "", begin ?? "", (end ?? ""), [["value", `${value} ${unit}`], ["metric", `${name}, ${statistic}`], ["column", key ?? ""], ["file", file ?? ""],
        ["line", line ?? ""], ["configuration", settings ?? ""], ["state", rowState ?? ""], ["rule", rule ?? ""], ["fact", fact ?? ""]]));
      return [name ?? "", statistic ?? "", button, settings ?? "", rowState ?? "", file ?? "", line ?? ""];
    });
    const back = el("button", { type: "button", class: "plain" }, "previous");
    const next = el("button", { type: "button", class: "plain" }, "next");
    back.disabled = offset === 0;
    next.disabled = offset + page >= total;
    back.addEventListener("click", () => { offset = Math.max(0, offset - page); void into(place, show); });
    next.addEventListener("click", () => { offset += page; void into(place, show); });
    result = [el("p", { class: "count", role: "status" }, total === 0 ? "nothing fits" : `${digits(offset + 1)} to ${digits(Math.min(offset + page, total))} of ${digits(total)} `, back, " ", next),
      makeTable([{ title: "Metric" }, { title: "Statistic" }, { title: "Value", numeric: true }, { title: "Configuration" }, { title: "State" }, { title: "File" }, { title: "Line", numeric: true }], rows, "Measurements", "no filter")];
  };
  let result: Child[] = [];
  const show = async () => {
    await ask();
    return result;
  };
  let wait: ReturnType<typeof setTimeout> | undefined;
  form.addEventListener("input", () => {
    offset = 0;
    clearTimeout(wait);
    wait = setTimeout(() => void into(place, show), 80);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  await into(place, show);
}

interface Side {
  value: number;
  n: number;
}
interface Effect {
  metric: string;
  statistic: string;
  unit: string;
  cold: boolean;
  config: Record<string, string>;
  a: Side;
  b: Side;
  change: number;
  low?: number;
  high?: number;
  outcome: string;
  reason?: string;
}
interface Compared {
  outcome: string;
  changed: { key: string; a: string; b: string }[];
  effects: Effect[];
  refused?: { what: string; reason: string }[];
}

const percent = (share: number): string => `${share > 0 ? "+" : ""}${digits(100 * share, 3)} %`;

function effectRow(effect: Effect): string[] {
  const settings = Object.entries(effect.config).map(([k, v]) => `${k}=${v}`).join(", ");
  return [`${effect.metric}${effect.statistic === "sample" ? "" : ` ${effect.statistic}`}${effect.cold ? " (with model load)" : ""}`, settings, `${digits(effect.a.value, 4)} ${effect.unit}`, String(effect.a.n),
    `${digits(effect.b.value, 4)} ${effect.unit}`, String(effect.b.n), percent(effect.change), effect.low === undefined || effect.high === undefined ? effect.reason ?? "none" : `${percent(effect.low)} to ${percent(effect.high)}`, effect.outcome];
}

export async function compareView(root: HTMLElement, fields: Record<string, string>): Promise<void> {
  const files = (await get<Rows>("files")).rows.map((row) => String(row[0]));
  const folders = [...new Set(files.flatMap((file) => file.split("/").slice(0, -1).map((_, i, parts) => parts.slice(0, i + 1).join("/"))))].sort();
  const choice = (name: string) => el("input", { type: "text", list: "selections", value: fields[name] ?? "", spellcheck: "false" });
  const a = choice("a");
  const b = choice("b");
  const list = el("datalist", { id: "selections" }, ...[...folders, ...files].map((value) => el("option", { value })));
  const go = el("button", { type: "submit", class: "plain" }, "Compare");
  const form = el("form", { class: "fields" }, labelled("before", a), labelled("after", b), go, list);
  const place = el("div", {});
  root.append(el("h1", {}, "Compare"), el("p", {}, "Two files, or two folders with files. What is the same work under the same settings is compared, with intervals."), form, place);
  const show = () => into(place, async () => {
    const answer = await get<Compared>("compare", { a: a.value, b: b.value });
    const reasons = (answer.refused ?? []).map((r) => r.reason).join("; ");
    if (answer.effects.length === 0) return [el("p", { class: "error", role: "alert" }, "Not comparable: ", reasons || "nothing was measured alike on both sides.")];
    const changed = answer.changed.map((c) => `${c.key}: ${c.a || "not given"} → ${c.b || "not given"}`).join(", ");
    return [el("p", { role: "status" }, el("b", {}, answer.outcome.replace(/_/g, " ")), changed ? `; settings that differ: ${changed}` : "", reasons ? `; left out: ${reasons}` : ""),
      makeTable([{ title: "Metric" }, { title: "Settings" }, { title: "Before", numeric: true }, { title: "n", numeric: true }, { title: "After", numeric: true }, { title: "n", numeric: true }, { title: "Change", numeric: true }, { title: "95 % interval" }, { title: "Verdict" }],
        answer.effects.map(effectRow), "Effects")];
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void show();
  });
  if (a.value && b.value) await show();
}

interface Answered {
  columns: { name: string; numeric: boolean }[];
  rows: (string | null)[][];
  more: boolean;
  seconds: number;
}

export async function sqlView(root: HTMLElement): Promise<void> {
  const sql = el("textarea", { rows: "6", spellcheck: "false", "aria-label": "SQL" });
  sql.value = "SELECT metric, unit, count(*) AS n, median(value) AS median\nFROM facts\nWHERE state = 'ok' AND statistic = 'sample'\nGROUP BY ALL ORDER BY n DESC";
  const go = el("button", { type: "submit", class: "plain" }, "Ask (Ctrl-Enter)");
  const form = el("form", {}, sql, el("p", {}, go, " One statement; it can read this store and nothing else, for ten seconds and two thousand rows. Views: artifacts, records, numbers, facts, diagnostics, coverage."));
  const place = el("div", {});
  root.append(el("h1", {}, "SQL"), form, place);
  const show = () => into(place, async () => {
    const answer = await post<Answered>("query", sql.value);
    return [note(`${answer.rows.length} rows${answer.more ? ", and there are more" : ""}, ${digits(answer.seconds, 3)} s`),
      makeTable(answer.columns.map((c) => ({ title: c.name, numeric: c.numeric })), answer.rows.map((row) => row.map((cell) => cell ?? "NULL")), "Answer")];
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void show();
  });
  sql.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void show();
  });
}

interface Judged {
  text: string;
  claims: { line: number; begin: number; end: number; quote: string; kind: string; verdict: string; code: string | null; reason: string; found: string | null; evidence: { path: string }[] }[];
  summary: Record<string, number>;
}

// The text with every claim marked. Claims count bytes.
function marked(judged: Judged, open: (index: number, from: HTMLElement) => void): HTMLElement {
  const bytes = new TextEncoder().encode(judged.text);
  const decoder = new TextDecoder();
  const out = el("pre", { class: "judged", tabindex: "0", "aria-label": "The text with its claims marked" });
  let at = 0;
  judged.claims.forEach((claim, index) => {
    if (claim.begin < at) return;
    out.append(decoder.decode(bytes.slice(at, claim.begin)));
    const button = el("button", { type: "button", class: `claim ${claim.verdict}`, title: `${claim.verdict}: ${claim.found ?? claim.reason}` }, decoder.decode(bytes.slice(claim.begin, claim.end)));
    button.addEventListener("click", () => open(index, button));
    out.append(button);
    at = claim.end;
  });
  out.append(decoder.decode(bytes.slice(at)));
  return out;
}

export async function verifyView(root: HTMLElement): Promise<void> {
  const text = el("textarea", { rows: "10", "aria-label": "A report", placeholder: "Paste a report here, or drop a file." });
  const file = el("input", { type: "file", "aria-label": "A report as a file" });
  const go = el("button", { type: "submit", class: "plain" }, "Judge it");
  const form = el("form", { class: "drop" }, text, el("p", {}, go, " ", file));
  const place = el("div", {});
  root.append(el("h1", {}, "Verify"), el("p", {}, "What a report claims, held against the files that are served."), form, place);
  const show = () => into(place, async () => {
    const judged = await post<Judged>("verify", text.value);
    const open = (index: number, from: HTMLElement) => {
      const claim = judged.claims[index];
      if (!claim) return;
      openPanel(from, el("h2", {}, claim.verdict), el("dl", {}, ...Object.entries({ claim: claim.quote, kind: claim.kind.replace(/_/g, " "), reason: claim.reason, "the evidence says": claim.found ?? "", where: claim.evidence.slice(0, 4).map((e) => e.path).join(", "), line: String(claim.line) })
        .filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
    };
    const count = judged.summary;
    return [el("p", { role: "status", class: "verdicts" }, ...["contradicted", "unsupported", "uncheckable", "supported"].map((v) => el("span", { class: `claim ${v}` }, `${count[v] ?? 0} ${v}`))), marked(judged, open)];
  });
  const take = async (given: File | undefined) => {
    if (!given) return;
    text.value = await given.text();
    await show();
  };
  file.addEventListener("change", () => void take(file.files?.[0]));
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    void take(event.dataTransfer?.files[0]);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void show();
  });
}
