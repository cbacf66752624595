// The figures of a page: drawn when they come near the window, the rest when the browser has nothing to do; each with its
// data as a table.
import { digits, el } from "./dom";
import { fact, remember } from "./facts";
import { brief, hideTip, openFacts, showTip } from "./source";
import { makeTable } from "./tables";
import type { Datum, Handlers } from "./charts";

declare const chimeraCharts: { draw(element: HTMLElement, spec: Datum, handlers: Handlers): Promise<() => void> };

type Spec = Datum & { data?: { values: Datum[] }; layer?: Spec[] };

// Every point of a specification, in the order drawn.
export function pointsOf(spec: Spec): Datum[] {
  const own = spec.data?.values ?? [];
  return [...own, ...(spec.layer ?? []).flatMap(pointsOf)];
}

const hidden = new Set(["fact", "low_fact", "high_fact", "x_fact", "order", "label", "label_at", "between", "factor"]);

function dataTable(spec: Spec): HTMLElement {
  const points = pointsOf(spec);
  const names = [...new Set(points.flatMap((p) => Object.keys(p)))].filter((n) => !hidden.has(n));
  const rows = points.map((point) => names.map((name) => {
    const value = point[name];
    if (value === undefined || value === null) return "";
    if (typeof value !== "number") return String(value);
    const id = name === "low" ? point["low_fact"] : name === "high" ? point["high_fact"] : name === "x" ? point["x_fact"] : name === "value" || name === "y" ? point["fact"] : undefined;
    return typeof id === "string" ? el("a", { href: "#", class: "q", "data-f": id }, digits(value, 5)) : digits(value, 5);
  }));
  return makeTable(names.map((title) => ({ title, numeric: typeof points.find((p) => p[title] !== undefined)?.[title] === "number" })), rows, "Data of the chart");
}

function noteIntervals(spec: Spec): void {
  for (const point of pointsOf(spec)) {
    const id = point["fact"];
    const low = point["low"];
    const high = point["high"];
    if (typeof id === "string" && typeof low === "number" && typeof high === "number") remember(id, { low, high, runs: typeof point["runs"] === "number" ? point["runs"] : undefined });
  }
}

const handlers = (figure: HTMLElement): Handlers => ({
  over(datum, event) {
    const found = datum ? fact(String(datum["fact"])) : undefined;
    if (!datum || !found) return hideTip();
    const name = datum["name"] ?? (datum["run"] !== undefined ? `run ${datum["run"]}, ${datum["group"]}` : datum["x"]);
    showTip(event.clientX, event.clientY, name === undefined ? null : el("div", { class: "name" }, String(name)), ...brief(found));
  },
  pick(datum) {
    openFacts([datum["fact"], datum["x_fact"], datum["low_fact"], datum["high_fact"]].filter((id): id is string => typeof id === "string"), figure);
  },
});

async function drawFigure(figure: HTMLElement, spec: Spec): Promise<void> {
  const plot = figure.querySelector<HTMLElement>(".plot");
  if (!plot || figure.dataset["drawn"]) return;
  figure.dataset["drawn"] = "begun";
  try {
    await chimeraCharts.draw(plot, spec, handlers(figure));
    figure.dataset["drawn"] = "yes";
  } catch (error) {
    figure.dataset["drawn"] = "failed";
    plot.textContent = `This chart could not be drawn: ${String(error)}. Its data are in the table below.`;
  }
}

// Once the script that draws them is there.
export function enhanceFigures(root: HTMLElement, specs: Spec[]): void {
  if (typeof chimeraCharts === "undefined" && document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => enhanceFigures(root, specs));
    return;
  }
  const figures = [...root.querySelectorAll<HTMLElement>("figure[data-chart]")];
  const specOf = (figure: HTMLElement) => specs[Number(figure.dataset["chart"])];
  for (const spec of specs) noteIntervals(spec);
  for (const figure of figures) {
    figure.tabIndex = -1;
    const details = el("details", {}, el("summary", {}, "Data of this chart"));
    details.addEventListener("toggle", () => {
      const spec = specOf(figure);
      if (details.open && details.childElementCount === 1 && spec) details.append(dataTable(spec));
    });
    figure.append(details);
  }
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const figure = entry.target as HTMLElement;
      const spec = specOf(figure);
      if (!entry.isIntersecting || !spec) continue;
      seen.unobserve(figure);
      void drawFigure(figure, spec);
    }
  }, { rootMargin: "400px" });
  for (const figure of figures) seen.observe(figure);
  const idle = () => {
    const next = figures.find((f) => !f.dataset["drawn"]);
    const spec = next && specOf(next);
    if (!next || !spec) {
      document.documentElement.dataset["charts"] = "drawn";
      return;
    }
    void drawFigure(next, spec).then(() => (window.requestIdleCallback ?? setTimeout)(idle));
  };
  (window.requestIdleCallback ?? setTimeout)(idle);
}
