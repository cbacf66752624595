// What a number is and where it stands: a short note on hover, a panel with the bytes on click.
import { digits, el, type Child } from "./dom";
import { configText, excerptOf, fact, hrefOf, intervalText, metricOf, placeText, runsText, valueText, type Fact } from "./facts";

let tip: HTMLElement | null = null;
let panel: HTMLElement | null = null;
let opener: HTMLElement | SVGElement | null = null;

function tipElement(): HTMLElement {
  tip ??= document.body.appendChild(el("div", { id: "tip", "aria-hidden": "true" }));
  return tip;
}

// Beside the pointer, inside the window.
export function showTip(x: number, y: number, ...children: Child[]): void {
  const box = tipElement();
  box.replaceChildren(...children.filter((c): c is Node | string => Boolean(c)));
  box.style.display = "block";
  const width = box.offsetWidth;
  const height = box.offsetHeight;
  box.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 8))}px`;
  box.style.top = `${y + 16 + height > innerHeight ? Math.max(4, y - height - 10) : y + 16}px`;
}

export function hideTip(): void {
  if (tip) tip.style.display = "none";
}

function line(...children: Child[]): HTMLElement {
  return el("div", {}, ...children);
}

export function brief(found: Fact): Child[] {
  const [title, description] = metricOf(found);
  const where = found.path ? `${found.path}, ${placeText(found.place)}` : `computed: ${(found.formula ?? "").split(";")[0]} of ${found.inputs_total ?? 0} facts`;
  return [line(el("b", {}, valueText(found)), ` ${title}${found.statistic === "sample" ? "" : ", " + found.statistic}`),
          description ? line(description) : null, line(runsText(found), "; ", intervalText(found)), el("div", { class: "where" }, where)];
}

function row(name: string, ...children: Child[]): HTMLElement[] {
  return [el("dt", {}, name), el("dd", {}, ...children)];
}

function inputsOf(found: Fact): HTMLElement {
  const shown = (found.inputs ?? []).slice(0, 40);
  const list = el("ul", { class: "inputs" });
  for (const id of shown) {
    const input = fact(id);
    const button = el("button", { type: "button", "data-f": id }, input ? valueText(input) : id);
    list.append(el("li", {}, button, input?.path ? ` ${input.path}, ${placeText(input.place)}` : ""));
  }
  if ((found.inputs_total ?? 0) > shown.length) list.append(el("li", {}, `and ${(found.inputs_total ?? 0) - shown.length} more, in report.json`));
  return list;
}

function describe(found: Fact): HTMLElement {
  const [title, description] = metricOf(found);
  const facts = el("dl", {});
  const add = (name: string, ...children: Child[]) => facts.append(...row(name, ...children));
  add("value", el("b", {}, valueText(found)), found.raw && digits(found.value) !== found.raw ? ` (${digits(found.value, 8)})` : "");
  add("metric", title, found.statistic === "sample" ? "" : `, ${found.statistic}`);
  if (description) add("meaning", description);
  if (found.definition && found.definition !== found.metric) add("definition", el("code", {}, found.definition));
  add("n", runsText(found));
  add("interval", intervalText(found));
  if (found.config !== undefined) add("configuration", el("code", {}, configText(found)));
  if (found.path) {
    const href = hrefOf(found.path);
    add("file", href ? el("a", { href }, found.path) : found.path);
    add("place", placeText(found.place), ` (bytes ${found.begin}–${found.end})`);
  }
  if (found.rule) add("rule", el("code", {}, found.rule));
  if (found.state && found.state !== "ok") add("row", found.state);
  const excerpt = excerptOf(found);
  const parts: Child[] = [facts];
  if (excerpt) parts.push(el("pre", { tabindex: "0", "aria-label": "source excerpt" }, excerpt[0], el("mark", {}, excerpt[1]), excerpt[2]));
  if (found.formula) {
    const [name, ...parameters] = found.formula.split(";");
    const shown = parameters.join("; ");
    parts.push(el("p", {}, "Computed as ", el("code", {}, name ?? ""), shown ? ` with ${shown.length > 60 ? shown.slice(0, 60) + "…" : shown}` : "", ` from ${found.inputs_total} facts:`), inputsOf(found));
  }
  parts.push(el("p", { class: "where" }, "chimera explain ", found.label ?? found.id, " --in report.json"));
  return el("div", { class: "fact" }, ...parts);
}

function panelElement(): HTMLElement {
  if (panel) return panel;
  const close = el("button", { type: "button", class: "close", "aria-label": "close" }, "×");
  close.addEventListener("click", closePanel);
  panel = el("aside", { id: "panel", role: "dialog", "aria-label": "Where this comes from", tabindex: "-1" }, close, el("div", { class: "body" }));
  panel.addEventListener("click", (event) => {
    const key = (event.target as HTMLElement).closest("[data-f]")?.getAttribute("data-f");
    if (key) openFacts(key.split(" "), null);
  });
  document.body.append(panel);
  return panel;
}

export function openPanel(from: HTMLElement | SVGElement | null, ...children: Child[]): void {
  if (from) opener = from;
  const box = panelElement();
  byBody(box).replaceChildren(...children.filter((c): c is Node | string => Boolean(c)));
  box.classList.add("open");
  box.scrollTop = 0;
  box.focus({ preventScroll: true });
  hideTip();
}

function byBody(box: HTMLElement): HTMLElement {
  return box.querySelector<HTMLElement>(".body") ?? box;
}

export function openFacts(keys: string[], from: HTMLElement | SVGElement | null): void {
  const found = keys.map(fact).filter((f): f is Fact => f !== undefined);
  if (found.length > 0) openPanel(from, ...found.slice(0, 12).map(describe));
}

export function closePanel(): void {
  if (!panel?.classList.contains("open")) return;
  panel.classList.remove("open");
  opener?.focus();
}

// Links, marks and buttons of a part of the page lead to their facts.
export function followFacts(root: HTMLElement): void {
  root.addEventListener("click", (event) => {
    const link = (event.target as HTMLElement).closest<HTMLElement>("a[data-f]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openFacts((link.dataset["f"] ?? "").split(" "), link);
  });
  const show = (link: HTMLElement, x: number, y: number) => {
    const found = (link.dataset["f"] ?? "").split(" ").map(fact).filter((f): f is Fact => f !== undefined).slice(0, 4);
    if (found.length > 0) showTip(x, y, ...found.flatMap((f) => [el("div", { class: "one" }, ...brief(f))]));
  };
  root.addEventListener("mouseover", (event) => {
    const link = (event.target as HTMLElement).closest<HTMLElement>("a[data-f]");
    if (link) show(link, event.clientX, event.clientY);
  });
  root.addEventListener("mouseout", hideTip);
  root.addEventListener("focusin", (event) => {
    const link = (event.target as HTMLElement).closest<HTMLElement>("a[data-f]");
    const box = link?.getBoundingClientRect();
    if (link && box && link.matches(":focus-visible")) show(link, box.left, box.bottom - 12);
  });
  root.addEventListener("focusout", hideTip);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    hideTip();
    closePanel();
  });
}

