// report.html in Chromium: node report.mjs FILE
import { accessibility, assert, runAll, test } from "./browser.mjs";

const file = "file://" + process.argv[2];

async function open(page) {
  await page.goto(file);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
}
const drawn = (page) => page.waitForFunction(() => document.documentElement.dataset.charts === "drawn", null, { timeout: 120000 });

test("every chart is drawn, and nothing comes from the network", async (page, { requests }) => {
  await drawn(page);
  const figures = await page.$$eval("figure", (all) => all.map((f) => [f.id, f.dataset.drawn, f.querySelectorAll("svg path").length]));
  assert.ok(figures.length > 0);
  for (const [id, state, paths] of figures) assert.ok(state === "yes" && paths > 3, `${id} ${state} ${paths}`);
  assert.deepEqual(requests.filter((url) => !url.startsWith("file:")), []);
});

test("no label of a chart is cut off or lies on another", async (page) => {
  await drawn(page);
  const overlaps = await page.evaluate(() => [...document.querySelectorAll("figure")].flatMap((figure) => {
    const svg = figure.querySelector("svg").getBoundingClientRect();
    const boxes = [...figure.querySelectorAll("svg text")].filter((t) => t.textContent.trim() && getComputedStyle(t).opacity !== "0").map((t) => [t.textContent, t.getBoundingClientRect()]);
    const bad = boxes.filter(([, b]) => b.left < svg.left - 2 || b.right > svg.right + 2 || b.top < svg.top - 2 || b.bottom > svg.bottom + 2).map(([t]) => `${figure.id} cut: ${t}`);
    for (let i = 0; i < boxes.length; ++i)
      for (let k = i + 1; k < boxes.length; ++k) {
        const [a, b] = [boxes[i][1], boxes[k][1]];
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 2 && high > 3) bad.push(`${figure.id}: ${boxes[i][0]} / ${boxes[k][0]}`);
      }
    return bad;
  }));
  assert.deepEqual(overlaps.slice(0, 5), []);
});

test("a number tells on hover what it is, and on click where it stands", async (page) => {
  const link = page.locator("a.q[data-f]").nth(12);
  await link.scrollIntoViewIfNeeded();
  await link.hover();
  const tip = await page.locator("#tip").innerText();
  assert.match(tip, /interval/);
  await link.click();
  const panel = page.locator("#panel.open");
  await panel.waitFor();
  assert.match(await panel.innerText(), /chimera explain f\d+/);
});

test("the panel marks the bytes of a measured number in its excerpt", async (page) => {
  const label = await page.evaluate(() => JSON.parse(document.getElementById("d-facts").textContent).facts.find((f) => f.label && f.raw && f.path && !f.path.includes("run.json")).label);
  await page.locator(`a[data-f="${label}"]`).first().click();
  const marked = await page.locator("#panel mark").first().innerText();
  const raw = await page.evaluate((l) => JSON.parse(document.getElementById("d-facts").textContent).facts.find((f) => f.label === l).raw, label);
  assert.equal(marked, raw);
});

test("a point of a chart tells on hover and leads to its source on click", async (page) => {
  await drawn(page);
  const figure = page.locator("figure").first();
  await figure.scrollIntoViewIfNeeded();
  const point = figure.locator(".mark-symbol.role-mark path").first();
  await point.hover();
  assert.match(await page.locator("#tip").innerText(), /interval|n = 1/);
  await point.click();
  await page.locator("#panel.open").waitFor();
  assert.match(await page.locator("#panel").innerText(), /bytes|Computed as/);
});

test("the keyboard alone opens a source, walks its inputs and comes back", async (page) => {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.locator("a.q").first().focus();
  await page.keyboard.press("Enter");
  await page.locator("#panel.open").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "panel");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#panel.open").count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.className), "q");
});

test("tables sort by number and filter", async (page) => {
  const table = page.locator("main table").first();
  const column = () => table.locator("tbody tr td:nth-child(2)").allInnerTexts();
  await table.locator("th:nth-child(2) button").click();
  const values = (await column()).map(Number);
  assert.deepEqual(values, [...values].sort((a, b) => a - b));
  await page.getByRole("button", { name: /Show all \d+ claims/ }).click();
  const claims = page.locator("#claim-table");
  await claims.locator("input[type=search]").fill("no such claim anywhere");
  assert.match(await claims.locator(".count").innerText(), /^0 of/);
});

test("the mark behind a sentence shows its claims", async (page) => {
  await page.locator(".v").first().click();
  assert.match(await page.locator("#panel.open").innerText(), /supported/);
});

test("the data of a chart are a table whose numbers lead on", async (page) => {
  const figure = page.locator("figure").first();
  await figure.locator("summary").click();
  await figure.locator("details table").waitFor();  // made when the browser says that the details are open: later
  assert.ok(await figure.locator("details table tbody tr").count() > 1);
  await figure.locator("details a.q").first().click();
  await page.locator("#panel.open").waitFor();
});

test("light, dark, print and phone each fit and read", async (page) => {
  await drawn(page);
  const ink = () => page.evaluate(() => getComputedStyle(document.body).color);
  const light = await ink();
  await page.emulateMedia({ colorScheme: "dark" });
  assert.notEqual(await ink(), light);
  await accessibility(page);
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  assert.equal(await ink(), "rgb(0, 0, 0)");
  assert.equal(await page.locator("nav").isVisible(), false);
  await page.emulateMedia({ colorScheme: "light", media: "screen" });
  await page.setViewportSize({ width: 390, height: 800 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
});

test("axe-core finds nothing serious", async (page) => {
  await drawn(page);
  await accessibility(page);
});

await runAll(open);
