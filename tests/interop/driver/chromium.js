// A login in headless Chromium: node chromium.js PROGRAM URL LOGIN PASSWORD WHERE; prints the cookies once the page is
// under WHERE.
"use strict";

const { chromium } = require("playwright-core");
const [executablePath, url, login, password, where] = process.argv.slice(2);
const patience = 100_000; // milliseconds: less than the driver waits for this program

async function main() {
  const browser = await chromium.launch({
    executablePath,
    timeout: patience,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const context = await browser.newContext();
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    await page.goto(url);
    await page.fill("input[name=username], input[name=user], input[name=user_name]", login);
    await page.fill("input[type=password]", password);
    await page.press("input[type=password]", "Enter");
    await page.waitForURL((now) => now.href.startsWith(where));
    await page.waitForLoadState();
    process.stdout.write(JSON.stringify(await context.cookies()));
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
