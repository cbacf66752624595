// What the tests in Chromium share: a browser, a page that fails on any error of its own, and small assertions.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(process.env.CHIMERA_WEB_TESTS + "/");
const { chromium } = require("playwright-core");
const axe = readFileSync(process.env.CHIMERA_WEB_TESTS + "/axe.min.js", "utf8");

export const tests = [];
// `expected`: what the console may complain of, because the test provokes it.
export const test = (name, run, expected = null) => tests.push([name, run, expected]);

// Runs the tests that were declared, one line each; the exit code says whether all passed.
export async function runAll(open) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
  let failed = 0;
  for (const [name, run, expected] of tests) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: false });
    const page = await context.newPage();
    const problems = [];
    const requests = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && !(expected && expected.test(message.text())) && problems.push(message.text()));
    page.on("request", (request) => requests.push(request.url()));
    try {
      await open(page, context);
      await run(page, { requests, context });
      assert.deepEqual(problems, []);
      console.log(`passed ${name}`);
    } catch (error) {
      ++failed;
      console.log(`FAILED ${name}\n${error.stack}\n${problems.join("\n")}`);
    }
    await context.close();
  }
  await browser.close();
  process.exitCode = failed > 0 ? 1 : 0;
}

// Findings of axe-core that are serious or worse. Its script comes in through the debugger, which no policy forbids.
export async function accessibility(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  const bad = result.violations.filter((v) => v.impact === "serious" || v.impact === "critical");
  assert.deepEqual(bad.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(" | ")}`), []);
}

export { assert };
