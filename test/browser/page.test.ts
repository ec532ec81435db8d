/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import axe from 'axe-core';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlPage } from '../../src/matrix/report/html/page.ts';
import { summarize } from '../../src/matrix/summarize.ts';
import { ROOT } from '../support/cli.ts';
import { wholeNight } from '../support/matrix-samples.ts';

/** What Jenkins serves reports under. */
const JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self'";
const SHOTS = path.join(ROOT, 'out/screenshots');
const night = (day: number) =>
  wholeNight(12, { matrix: `01936f2c-9a10-7c3e-8b44-5f0d2a9c1e7${day}`, startedAt: `2026-01-0${day}T01:00:00.000Z` });
const html = htmlPage(summarize(night(4), { earlier: [1, 2, 3].map(night), baselineOf: () => undefined }));

let browser: Browser;
let server: Server;

beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  const executablePath = execFileSync(path.join(ROOT, 'fixtures/browser/up'), { encoding: 'utf8' }).trim();
  browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  server = createServer((request, response) => {
    const policy = request.url === '/jenkins' ? { 'Content-Security-Policy': JENKINS } : {};
    response.writeHead(200, { 'Content-Type': 'text/html', ...policy }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}, 300_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

interface Look {
  readonly at: '/jenkins' | '/plain';
  readonly scheme: 'light' | 'dark';
  readonly width?: number;
}

/** Opens the page as a reader would; fails for anything that it tries to load. */
async function opened({ at, scheme, width = 1100 }: Look): Promise<Page> {
  const page = await browser.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.setViewport({ width, height: 900 });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${at}`);
  expect(asked.filter((one) => one !== at && one !== '/favicon.ico')).toEqual([]);
  return page;
}

const looks: readonly Look[] = [
  { at: '/jenkins', scheme: 'light' },
  { at: '/jenkins', scheme: 'dark' },
  { at: '/plain', scheme: 'light' },
  { at: '/plain', scheme: 'dark' },
  { at: '/plain', scheme: 'light', width: 420 },
];

describe.each(looks)('the page $at in $scheme, $width wide', (look) => {
  test('shows every section, chart and table, with text that stands out from what is behind it', async () => {
    const page = await opened(look);
    const name = `${look.at.slice(1)}-${look.scheme}-${look.width ?? 'wide'}`;
    await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true });
    const seen = await page.evaluate(() => ({
      sections: [...document.querySelectorAll('h2')].filter((title) => title.checkVisibility()).length,
      charts: [...document.querySelectorAll('svg')].filter((chart) => chart.getBoundingClientRect().height > 60).length,
      tables: [...document.querySelectorAll('table')].length,
      spills: document.documentElement.scrollWidth > innerWidth,
      ink: getComputedStyle(document.querySelector('svg text') as Element).fill,
    }));
    expect(seen).toMatchObject({ sections: 9, charts: 6, spills: false });
    expect(seen.tables).toBeGreaterThan(10);
    expect(seen.ink).toBe(look.scheme === 'dark' ? 'rgb(255, 255, 255)' : 'rgb(0, 0, 0)');
    await page.close();
  });
});

test('the policy of Jenkins takes the style sheet away, and the page does not need it', async () => {
  const page = await opened({ at: '/jenkins', scheme: 'light' });
  expect(await page.evaluate(() => getComputedStyle(document.querySelector('h2') as Element).borderBottomWidth)).toBe('0px');
  const plain = await opened({ at: '/plain', scheme: 'light' });
  expect(await plain.evaluate(() => getComputedStyle(document.querySelector('h2') as Element).borderBottomWidth)).toBe('1px');
  const textOf = (one: Page) => one.evaluate(() => document.querySelector('main')?.textContent);
  expect(await textOf(page)).toBe(await textOf(plain));
});

test.each(['light', 'dark'] as const)('an accessibility check finds nothing in %s', async (scheme) => {
  const page = await opened({ at: '/plain', scheme });
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: checker } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[]; passes: unknown[] }> };
    };
    const { violations, passes } = await checker.run();
    return { passes: passes.length, violations: violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`) };
  });
  expect(found.violations).toEqual([]);
  expect(found.passes).toBeGreaterThan(20);
  await page.close();
});

test('it prints with every table and chart on paper', async () => {
  const page = await opened({ at: '/plain', scheme: 'light' });
  await page.emulateMediaType('print');
  const hidden = await page.evaluate(() =>
    [...document.querySelectorAll('table, svg')]
      .filter((one) => !one.checkVisibility({ contentVisibilityAuto: true }))
      .map((one) => one.textContent),
  );
  expect(hidden).toEqual([]);
  const pdf = await page.pdf({ format: 'A4', path: path.join(SHOTS, 'print.pdf') });
  expect(pdf.length).toBeGreaterThan(20_000);
  await page.close();
});
