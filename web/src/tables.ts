// Tables that sort by a click on a header and filter by what is typed.
import { el } from "./dom";

const kWorthFiltering = 8;  // rows

// What a cell sorts by: its number where it begins with one, else its words.
function key(cell: HTMLTableCellElement | undefined): number | string {
  const text = (cell?.textContent ?? "").trim();
  const number = /^[+-]?[\d,]*\.?\d+(e[+-]?\d+)?/i.exec(text);
  return number ? Number(number[0].replace(/,/g, "")) : text.toLowerCase();
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
  return typeof a === "number" ? -1 : 1;
}

function sortBy(table: HTMLTableElement, column: number, header: HTMLTableCellElement): void {
  const body = table.tBodies[0];
  if (!body) return;
  const down = header.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = [...body.rows].map((row, place) => ({ row, place, key: key(row.cells[column]) }));
  rows.sort((a, b) => (down ? -1 : 1) * compare(a.key, b.key) || a.place - b.place);
  body.append(...rows.map((entry) => entry.row));
}

function filterBox(table: HTMLTableElement): HTMLElement {
  const input = el("input", { type: "search", placeholder: "filter rows", "aria-label": "Filter the rows of the table below" });
  const count = el("span", { class: "count", "aria-live": "polite" });
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    const rows = [...(table.tBodies[0]?.rows ?? [])];
    for (const row of rows) {
      const text = (row.textContent ?? "").toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) ++shown;
    }
    count.textContent = words.length > 0 ? `${shown} of ${rows.length} rows` : "";
  });
  return el("div", { class: "filter" }, input, count);
}

export function enhanceTable(table: HTMLTableElement, filter: "filter" | "no filter" = "filter"): void {
  const rows = table.tBodies[0]?.rows.length ?? 0;
  if (rows < 2) return;
  [...(table.tHead?.rows[0]?.cells ?? [])].forEach((header, column) => {
    const button = el("button", { type: "button", class: "sort" });
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sortBy(table, column, header));
  });
  if (filter === "filter" && rows >= kWorthFiltering) (table.closest(".table") ?? table).before(filterBox(table));
}

export interface Column {
  title: string;
  numeric?: boolean;
}

// A table from data; cells are text or elements.
export function makeTable(columns: Column[], rows: (string | Node)[][], label: string, filter: "filter" | "no filter" = "filter"): HTMLElement {
  const head = el("tr", {}, ...columns.map((c) => el("th", { scope: "col", class: c.numeric ? "n" : "" }, c.title)));
  const body = el("tbody", {});
  for (const row of rows) body.append(el("tr", {}, ...row.map((cell, i) => el("td", { class: columns[i]?.numeric ? "n" : "" }, cell))));
  const table = el("table", {}, el("thead", {}, head), body);
  const box = el("div", { class: "table", tabindex: "0", role: "region", "aria-label": label }, table);
  const wrapper = el("div", {}, box);
  enhanceTable(table, filter);
  return wrapper;
}
