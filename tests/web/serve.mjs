// The pages of chimera serve in Chromium: node serve.mjs ADDRESS FOLDER
import { appendFileSync, writeFileSync } from "node:fs";
import { accessibility, assert, runAll, test } from "./browser.mjs";

const [address, folder] = process.argv.slice(2);
const ready = (page) => page.waitForFunction(() => document.documentElement.dataset.ready === "yes");

async function go(page, hash) {
  await page.goto(address + hash);
  await page.reload();
  await ready(page);
}
const open = (page) => go(page, "");

test("files lead to their trials", async (page) => {
  await page.getByRole("link", { name: "sweep.csv" }).click();
  await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Trials" && document.querySelector("tbody tr"));
  assert.equal(await page.locator("tbody tr").count(), 30);
});

test("measurements filter as one types, and show their bytes", async (page) => {
  await go(page, "#facts");
  await page.getByLabel("file contains").fill("sweep");
  await page.getByLabel("metric").selectOption("throughput");
  await page.waitForFunction(() => /of 30/.test(document.querySelector(".count").textContent));
  await page.locator("button.link").first().click();
  const marked = page.locator("#panel mark");
  await marked.waitFor();
  assert.match(await marked.innerText(), /^\d+\.\d+$/);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#panel.open").count(), 0);
});

test("names of files and of models stay text", async (page) => {
  await go(page, "#facts");
  await page.getByLabel("file contains").fill("onerror");
  await page.waitForFunction(() => /of 1/.test(document.querySelector(".count").textContent));
  assert.equal(await page.locator("main img, main svg, main script").count(), 0);
  assert.match(await page.locator("main").innerText(), /<img src=x onerror=alert\(1\)>/);
});

test("two files are compared", async (page) => {
  await go(page, "#compare");
  await page.getByLabel("before").fill("sweep.csv");
  await page.getByLabel("after").fill("other.csv");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.locator("main table tbody tr, main .error").first().waitFor();
  assert.equal(await page.locator("main .error").count(), 0, await page.locator("main").innerText());
});

test("SQL is asked by keyboard, and a mistake is said", async (page) => {
  await go(page, "#sql");
  await page.getByLabel("SQL").fill("SELECT count(*) AS n FROM facts WHERE metric = 'throughput'");
  await page.keyboard.press("Control+Enter");
  await page.locator("main tbody tr").waitFor();
  await page.getByLabel("SQL").fill("SELECT nothing FROM nowhere");
  await page.keyboard.press("Control+Enter");
  await page.locator(".error").waitFor();
}, /status of 422/);

test("a pasted report is judged, claim by claim", async (page) => {
  await go(page, "#verify");
  await page.getByLabel("A report", { exact: true }).fill("The file sweep.csv has a median throughput of 987.6 tok/s. <img src=x onerror=alert(9)>");
  await page.getByRole("button", { name: "Judge it" }).click();
  await page.locator(".judged").waitFor();
  assert.match(await page.locator(".judged").innerText(), /<img src=x onerror=alert\(9\)>/);
  await page.locator(".judged button.claim").first().click();
  assert.match(await page.locator("#panel.open").innerText(), /claim/);
});

test("a log is followed as it grows", async (page) => {
  const log = `${folder}/browser.jsonl`;
  writeFileSync(log, '{"schema":"chimera-trial/1","record":"session","id":"b","protocol":{"most_blocks":4}}\n');
  await go(page, "#live?log=browser.jsonl");
  for (let block = 1; block <= 3; ++block)
    appendFileSync(log, `{"schema":"chimera-trial/1","record":"sample","trial":"t1","block":${block},"phase":"measured","config":{"threads":2},"metrics":{"decode_tok_per_s":${50 + block}}}\n`);
  await page.waitForFunction(() => /3 of at most 4/.test(document.querySelector("main").textContent));
  assert.match(await page.locator("main tbody").innerText(), /52/);
  await page.waitForSelector('main figure[data-points="3"] svg');
  assert.equal(await page.locator("main figure svg").count(), 1, "one drawing, however often it is drawn anew");
  assert.match(await page.locator("main figcaption").innerText(), /decode_tok_per_s: 3 measured repetitions/);
  appendFileSync(log, '{"schema":"chimera-trial/1","record":"end","reason":"target_reached"}\n');
  await page.waitForFunction(() => /ended: target reached/.test(document.querySelector("main").textContent));
});

for (const view of ["files", "facts", "compare", "sql", "verify", "live"])
  test(`axe-core finds nothing serious in ${view}, light and dark, and a phone shows all of it`, async (page) => {
    await go(page, `#${view}`);
    await accessibility(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await accessibility(page);
    await page.setViewportSize({ width: 390, height: 800 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the window");
  });

await runAll(open);
