// What a report page must be in a browser; `report-check` finds the browser and calls it: BROWSER SHOTS PAGE...
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const [browserPath, shots, ...pages] = process.argv.slice(2);
const sizes = { desktop: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } };
const faults = [];

/** The texts of a column of the first table with two rows or more that differ there. */
async function sorting(page) {
  return page.evaluate(() => {
    const key = (row, k) => parseFloat(row.cells[k]?.textContent ?? '');
    const found = [];
    for (const table of document.querySelectorAll('table')) {
      const body = table.tBodies[0];
      const heads = [...table.tHead.rows[0].cells];
      const k = heads.findIndex((_, k) => new Set([...body.rows].map((row) => key(row, k))).size > 2);
      if (k < 0) continue;
      const read = () => [...body.rows].map((row) => key(row, k)).filter((x) => !Number.isNaN(x));
      const ordered = (list, sign) => list.every((x, i) => i === 0 || sign * (x - list[i - 1]) >= 0);
      const count = body.rows.length;
      heads[k].querySelector('button').click();
      const up = ordered(read(), 1) && heads[k].getAttribute('aria-sort') === 'ascending';
      heads[k].querySelector('button').click();
      const down = ordered(read(), -1) && heads[k].getAttribute('aria-sort') === 'descending';
      found.push({ up, down, kept: body.rows.length === count, name: table.caption.textContent });
    }
    return found;
  });
}

/** Moves the pointer over a value of each plot, and reads the first one with the keyboard. */
async function values(page) {
  let plots = 0;
  for (const box of await page.locator('.plot').all()) {
    const circles = box.locator('g.values circle');
    if ((await circles.count()) === 0) continue;
    plots += 1;
    await box.scrollIntoViewIfNeeded();
    await circles.first().hover({ force: true });
    const pointed = await page.locator('#tip').textContent();
    if (!pointed || (await page.locator('#tip').isHidden())) return { plots, fault: 'no value under the pointer' };
    await box.focus();
    await page.keyboard.press('End');
    if (await page.locator('#tip').isHidden()) return { plots, fault: 'no value under the arrow keys' };
    await page.keyboard.press('Escape');
    if (await page.locator('#tip').isVisible()) return { plots, fault: 'Escape does not hide the value' };
  }
  return { plots };
}

const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
for (const path of pages) {
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const where = `${path}, ${colorScheme}, ${size}`;
      const fault = (what) => faults.push(`${where}: ${what}`);
      // axe is put into the page past its policy; the page's own script is then checked under the policy below.
      const context = await browser.newContext({ colorScheme, viewport, bypassCSP: true });
      const page = await context.newPage();
      page.on('request', (request) => request.url().startsWith('file:') || fault(`it asks for ${request.url()}`));
      page.on('console', (message) => message.type() === 'error' && fault(`console: ${message.text()}`));
      page.on('pageerror', (error) => fault(`script: ${error.message}`));
      await page.goto(pathToFileURL(resolve(path)).href);
      await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) fault(`the page is ${over} px wider than the screen`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
      for (const { id, impact, help, nodes } of violations) {
        const text = `axe ${impact}: ${id}: ${help}: ${nodes[0].html.slice(0, 160)} (${nodes.length})`;
        if (impact === 'serious' || impact === 'critical') fault(text);
        else console.log(`note: ${where}: ${text}`);
      }
      await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = false; }));
      if (shots) {
        const name = `${basename(dirname(resolve(path)))}-${colorScheme}-${size}.png`;
        await page.screenshot({ path: join(shots, name), fullPage: true });
      }
      await context.close();
    }
  }
  // Once more under the page's own policy: what it does must work.
  const context = await browser.newContext({ viewport: sizes.desktop });
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && faults.push(`${path}: console: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`${path}: script: ${error.message}`));
  await page.goto(pathToFileURL(resolve(path)).href);
  const tables = await sorting(page);
  tables.filter((t) => !t.up || !t.down || !t.kept).forEach((t) => faults.push(`${path}: "${t.name}" does not sort`));
  const read = await values(page);
  if (read.fault) faults.push(`${path}: ${read.fault}`);
  console.log(`${path}: ${tables.length} tables sorted, values of ${read.plots} plots read, light and dark, desktop and phone`);
  await context.close();
}
await browser.close();
faults.forEach((fault) => console.error(`error: ${fault}`));
process.exit(faults.length > 0 ? 1 : 0);
