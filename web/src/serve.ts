// The page of `chimera serve`: the view that the address names.
import { el, byId } from "./dom";
import { leaveLive, liveView } from "./live";
import { followFacts } from "./source";
import { compareView, factsView, filesView, sqlView, trialsView, verifyView } from "./views";

type View = (root: HTMLElement, fields: Record<string, string>) => Promise<void>;
const views: Record<string, [title: string, view: View, listed: boolean]> = {
  files: ["Files", filesView, true],
  trials: ["Trials", trialsView, false],
  facts: ["Measurements", factsView, true],
  compare: ["Compare", compareView, true],
  sql: ["SQL", sqlView, true],
  verify: ["Verify", verifyView, true],
  live: ["Live", liveView, true],
};

async function show(): Promise<void> {
  const [name = "", query = ""] = location.hash.slice(1).split("?");
  const [title, view] = views[name] ?? views["files"]!;
  const content = byId("content");
  if (!content) return;
  leaveLive();
  delete document.documentElement.dataset["ready"];
  for (const link of document.querySelectorAll("#views a")) {
    if (link.getAttribute("href") === `#${views[name] ? name : "files"}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${title} · Chimera`;
  const root = el("div", {});
  try {
    await view(root, Object.fromEntries(new URLSearchParams(query)));
  } catch (error) {
    root.replaceChildren(el("p", { class: "error", role: "alert" }, error instanceof Error ? error.message : String(error)));
  }
  content.replaceChildren(root);
  document.documentElement.dataset["ready"] = "yes";
}

byId("views")?.append(el("ul", {}, ...Object.entries(views).filter(([, entry]) => entry[2]).map(([name, [title]]) => el("li", {}, el("a", { href: `#${name}` }, title)))));
followFacts(document.body);
addEventListener("hashchange", () => void show());
void show();
