/*! Charts by Vega, Vega-Lite and vega-interpreter: Copyright (c) 2013-2025 University of Washington Interactive Data Lab and
Vega contributors. They hold parts of D3: Copyright (c) 2010-2025 Mike Bostock (ISC licence).
Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following
conditions are met: 1. Redistributions of source code must retain the above copyright notice, this list of conditions and the
following disclaimer. 2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and
the following disclaimer in the documentation and/or other materials provided with the distribution. 3. Neither the name of the
copyright holder nor the names of its contributors may be used to endorse or promote products derived from this software
without specific prior written permission. THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY
EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A
PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT,
INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN
CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN
IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE. */
// One Vega-Lite specification drawn into one element, by Vega's interpreter: its own code generator needs unsafe-eval.
// A script of its own, with the global name chimeraCharts: it is by far the largest part of a page.
import { parse, View, type Item } from "vega";
import { compile } from "vega-lite";
import { expressionInterpreter } from "vega-interpreter";

export type Datum = Record<string, unknown>;

// Colours are the page's own properties, so that light, dark and print need no second drawing.
const ink = "var(--ink)";
const dim = "var(--dim)";
const theme = {
  background: null,
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: { labelColor: dim, titleColor: ink, gridColor: "var(--line)", domainColor: "var(--line)", tickColor: "var(--line)",
          labelFontSize: 11, titleFontSize: 11, titleFontWeight: 400, titlePadding: 8 },
  legend: { labelColor: ink, titleColor: ink, labelFontSize: 11, titleFontSize: 11, symbolSize: 70, labelLimit: 400 },
  text: { color: ink },
  title: { color: ink },
};

// A phone has no room for long labels beside the plot, and a row of legend entries wraps.
function fit(spec: Datum, width: number): Datum {
  const narrow = width < 520;
  return { ...spec, title: undefined, description: undefined, width: "container",
           config: { ...theme, axis: { ...theme.axis, labelLimit: narrow ? 110 : 260 },
                     legend: { ...theme.legend, orient: "top", direction: narrow ? "vertical" : "horizontal", columns: narrow ? 1 : 0 } } };
}

export interface Handlers {
  over(datum: Datum | null, event: MouseEvent): void;
  pick(datum: Datum): void;
}

function datumOf(item: Item | null): Datum | null {
  const datum = item?.datum;
  return datum && typeof datum["fact"] === "string" ? datum : null;
}

// Vega-Lite remarks on what it drops on purpose.
const quiet = { level: () => quiet, error: () => quiet, warn: () => quiet, info: () => quiet, debug: () => quiet };

// Returns what ends the drawing's listeners, for whoever draws anew.
export async function draw(element: HTMLElement, spec: Datum, handlers: Handlers): Promise<() => void> {
  const compiled = compile(fit(spec, element.clientWidth), { logger: quiet }).spec;
  const view = new View(parse(compiled, null, { ast: true }), { expr: expressionInterpreter, renderer: "svg", container: element, hover: false });
  view.addEventListener("mousemove", (event, item) => handlers.over(datumOf(item), event as MouseEvent));
  view.addEventListener("mouseout", (event) => handlers.over(null, event as MouseEvent));
  view.addEventListener("click", (_, item) => {
    const datum = datumOf(item);
    if (datum) handlers.pick(datum);
  });
  await view.runAsync();
  // The figure names the chart and its table holds the data; the drawing itself has nothing to say to a screen reader.
  for (const svg of element.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
  return () => void view.finalize();
}

// The same drawing for a file of its own, beside a report in Markdown: no page lends it its colours there.
export async function toSvg(spec: Datum): Promise<string> {
  const paper: Record<string, string> = { ink: "#1a2027", dim: "#5a6573", line: "#d9dee5" };
  const alone = { ...fit(spec, 720), title: spec["title"], width: 560, background: "#ffffff", padding: 12 };
  const compiled = compile(alone, { logger: quiet }).spec;
  const view = new View(parse(compiled, null, { ast: true }), { expr: expressionInterpreter, renderer: "none" });
  const svg = await view.toSVG();
  return svg.replace(/var\(--(\w+)\)/g, (_, name: string) => paper[name] ?? "currentColor");
}
