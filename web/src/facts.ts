// The facts of the report by label and id, read when the first one is asked for.
import { byId, digits } from "./dom";

export interface Place {
  line?: number;
  pointer?: string;
  row?: number;
  column?: number;
  header?: string;
}
export interface Fact {
  label?: string;
  id: string;
  metric: string;
  definition: string;
  statistic: string;
  value: number;
  unit: string;
  provenance: string;
  config?: number; // position among the configurations
  formula?: string;
  inputs?: string[];
  inputs_total?: number;
  raw?: string;
  path?: string;
  place?: Place;
  begin?: number;
  end?: number;
  excerpt?: string;
  excerpt_begin?: number;
  rule?: string;
  state?: string;
}
export interface Interval {
  low: number;
  high: number;
  runs?: number;
}

function parse<T>(id: string): T {
  return JSON.parse(byId(id)?.textContent ?? "null") as T;
}

let index: Map<string, Fact> | null = null;
let all: Fact[] = [];
let configs: Record<string, string>[] = [];
// "low" and "high" facts by what they bound, and what charts know of a point.
let ends: Map<string, Fact> = new Map();
const drawn: Map<string, Interval> = new Map();
let metrics: Record<string, [string, string]> | null = null;
let paths: Record<string, string> | null = null;

function load(): Map<string, Fact> {
  if (index) return index;
  index = new Map();
  ({ facts: all, configs } = parse<{ facts: Fact[]; configs: Record<string, string>[] }>("d-facts"));
  for (const fact of all) {
    index.set(fact.id, fact);
    if (fact.label) index.set(fact.label, fact);
    if (fact.formula && /_(low|high)$/.test(fact.formula.split(";")[0] ?? "")) ends.set(endKey(fact.formula, fact.inputs ?? []), fact);
  }
  return index;
}

// The parameters of an interval's ends begin with confidence and comparisons, which the estimate lacks.
function endKey(formula: string, inputs: string[]): string {
  const [name, ...parameters] = formula.split(";");
  return [name, parameters.at(-1) ?? "", inputs.join()].join("|");
}

export function fact(key: string): Fact | undefined {
  return load().get(key);
}

export function remember(id: string, interval: Interval): void {
  drawn.set(id, interval);
}

export function intervalOf(found: Fact): Interval | undefined {
  const known = drawn.get(found.id);
  if (known) return known;
  if (!found.formula) return undefined;
  const [name, ...parameters] = found.formula.split(";");
  const key = (end: string) => [name + end, parameters.at(-1) ?? "", (found.inputs ?? []).join()].join("|");
  const low = ends.get(key("_low"));
  const high = ends.get(key("_high"));
  return low && high ? { low: low.value, high: high.value } : undefined;
}

export function metricOf(found: Fact): [string, string] {
  metrics ??= parse<Record<string, [string, string]>>("d-metrics");
  return metrics[found.metric] ?? [found.metric.replace(/[_/]/g, " "), ""];
}

export function hrefOf(path: string): string | undefined {
  paths ??= parse<Record<string, string>>("d-paths");
  return paths[path];
}

export function valueText(found: Fact): string {
  const value = found.raw ?? digits(found.value);
  return found.unit ? `${value} ${found.unit}` : value;
}

export function placeText(place: Place | undefined): string {
  if (!place) return "";
  const parts = [];
  if (place.line) parts.push(`line ${place.line}`);
  if (place.row) parts.push(`row ${place.row}`);
  if (place.pointer) parts.push(place.pointer);
  if (place.header) parts.push(`column ${place.header}`);
  else if (place.column) parts.push(`column ${place.column}`);
  return parts.join(", ");
}

export function runsText(found: Fact): string {
  const runs = drawn.get(found.id)?.runs;
  if (runs && runs > 1) return `n = ${runs}`;
  if (found.inputs_total) return `from ${found.inputs_total} value${found.inputs_total === 1 ? "" : "s"}`;
  return found.statistic === "sample" ? "n = 1, a single value" : "n is not stated here";
}

export function intervalText(found: Fact): string {
  const interval = intervalOf(found);
  if (!interval) return "no interval: " + (found.formula ? "none is computed for this" : "a single value has none");
  return `95 % interval ${digits(interval.low, 4)} to ${digits(interval.high, 4)}${found.unit ? " " + found.unit : ""}`;
}

// "num_gpu=20, threads=2"; empty where the fact has no configuration.
export function configText(found: Fact): string {
  load();
  return Object.entries((found.config === undefined ? undefined : configs[found.config]) ?? {}).map(([k, v]) => `${k}=${v}`).join(", ");
}

// The excerpt in three parts, by bytes; where decoding changed it, by the text as written.
export function excerptOf(found: Fact): [string, string, string] | null {
  if (!found.excerpt || found.begin === undefined || found.end === undefined) return null;
  const bytes = new TextEncoder().encode(found.excerpt);
  const from = found.begin - (found.excerpt_begin ?? found.begin);
  const decode = (begin: number, end: number) => new TextDecoder().decode(bytes.slice(begin, end));
  const marked = decode(from, from + found.end - found.begin);
  if (marked === found.raw) return [decode(0, from), marked, decode(from + found.end - found.begin, bytes.length)];
  const raw = found.raw ?? "";
  const at = raw ? found.excerpt.indexOf(raw) : -1;
  return at < 0 ? ["", found.excerpt, ""] : [found.excerpt.slice(0, at), raw, found.excerpt.slice(at + raw.length)];
}
