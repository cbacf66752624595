// report.html: everything is there without this script; it adds sources on hover and click, charts, sorting and filtering.
import { byId, el } from "./dom";
import { enhanceFigures } from "./figures";
import { followFacts, openPanel } from "./source";
import { enhanceTable, makeTable } from "./tables";
import type { Datum } from "./charts";

type Claim = [quote: string, kind: string, verdict: string, reason: string];

const content = byId("content");
const parse = <T>(id: string): T => JSON.parse(byId(id)?.textContent ?? "[]") as T;

function claimTable(claims: Claim[]): HTMLElement {
  const rows = claims.map(([quote, kind, verdict, reason]) => [quote, kind.replace(/_/g, " "), verdict, reason]);
  return makeTable([{ title: "Claim" }, { title: "Kind" }, { title: "Verdict" }, { title: "Reason" }], rows, "Every claim of the report");
}

function followMarks(root: HTMLElement, claims: Claim[]): void {
  root.addEventListener("click", (event) => {
    const mark = (event.target as HTMLElement).closest<HTMLElement>(".v[data-c]");
    if (!mark) return;
    const [from, to] = (mark.dataset["c"] ?? "").split("-").map(Number);
    openPanel(mark, el("h2", {}, "Claims of this sentence"), claimTable(claims.slice(from, to)));
  });
}

// Open beside the text where there is room.
function placeContents(): void {
  const toc = byId("toc") as HTMLDetailsElement | null;
  const wide = matchMedia("(min-width: 1100px)");
  const place = () => toc && (toc.open = wide.matches);
  wide.addEventListener("change", place);
  place();
  toc?.addEventListener("click", (event) => {
    if (!wide.matches && (event.target as HTMLElement).closest("a")) toc.open = false;
  });
}

if (content) {
  placeContents();
  followFacts(document.body);
  const claims = parse<Claim[]>("d-claims");
  followMarks(content, claims);
  for (const table of content.querySelectorAll("table")) enhanceTable(table);
  const specs = parse<Datum[]>("d-charts");
  enhanceFigures(content, specs);
  const place = byId("claim-table");
  if (place) {
    const button = el("button", { type: "button", class: "plain" }, `Show all ${claims.length} claims`);
    button.addEventListener("click", () => place.replaceChildren(claimTable(claims)));
    place.replaceChildren(button);
  }
  document.documentElement.dataset["ready"] = "yes";
}
