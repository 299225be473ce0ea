import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser } from 'playwright-core';
import { startStack } from '../../local/stack.ts';
import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { median } from '../median.ts';
import { fillTable } from './fill-table.ts';

const KEPT = 100_000;
const ROUNDS = 5;
const SETTLED_AFTER_MS = 60_000;
const OPEN_MS = 180_000;
const DAY_MS = 86_400_000;

/** What one opening of the page took. */
interface Opening {
  firstPaintMs: number;
  /** Until the list stands there. */
  listMs: number;
  /** All that came over the network until then. */
  kilobytes: number;
}

/**
 * Opens the page in a browser that has kept nothing, without runs and with a hundred thousand; then leaves a tab open on
 * the list and counts what it asks for. Takes six minutes.
 * @throws Error where there is no browser
 */
export async function benchPage(): Promise<Measure[]> {
  await using stack = await startStack();
  await using browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const empty = await openings(browser, stack.url);
  await fillTable(stack.storage.connectionString, KEPT);
  const full = await openings(browser, stack.url);
  const requests = await requestsOfOpenTab(browser, stack.url);
  const of = (from: Opening[], figure: keyof Opening) => median(from.map((each) => each[figure]));
  const none = (figure: keyof Opening) => ({ name: 'without runs', value: of(empty, figure) });
  const kept = `${KEPT.toLocaleString('en')} runs kept`;
  return [
    {
      name: `first paint, ${kept}`,
      value: of(full, 'firstPaintMs'),
      unit: 'ms',
      reference: none('firstPaintMs'),
      target: '< 1000',
    },
    { name: `the list, ${kept}`, value: of(full, 'listMs'), unit: 'ms', reference: none('listMs') },
    { name: 'all bytes until then', value: of(full, 'kilobytes'), unit: 'KB', reference: none('kilobytes') },
    {
      name: 'requests of a tab that shows the list for a day, where nothing happens',
      value: requests.lists + requests.overviews,
      unit: '',
      reference: { name: 'lists', value: requests.lists },
    },
  ];
}

async function openings(browser: Browser, url: string): Promise<Opening[]> {
  const found: Opening[] = [];
  for (let round = 0; round < ROUNDS; round++) found.push(await opening(browser, url));
  return found;
}

async function opening(browser: Browser, url: string): Promise<Opening> {
  await using context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  let bytes = 0;
  network.on('Network.loadingFinished', ({ encodedDataLength }) => void (bytes += encodedDataLength));
  await network.send('Network.enable');
  const begunMs = performance.now();
  await page.goto(`${url}/api/monitor`, { waitUntil: 'commit' });
  await page.locator('.run-row, .empty').first().waitFor();
  const listMs = performance.now() - begunMs;
  const firstPaintMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  );
  return { firstPaintMs, listMs, kilobytes: bytes / 1_000 };
}

/** What a tab on the list asks for, taken on to a day: once it has found out that nothing happens, it slows down. */
async function requestsOfOpenTab(browser: Browser, url: string): Promise<{ lists: number; overviews: number }> {
  await using context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/api/monitor`);
  await sleep(SETTLED_AFTER_MS);
  const counts = { lists: 0, overviews: 0 };
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname === '/api/runs') counts.lists++;
    if (pathname === '/api/monitor/overview') counts.overviews++;
  });
  await sleep(OPEN_MS);
  const day = DAY_MS / OPEN_MS;
  return { lists: counts.lists * day, overviews: counts.overviews * day };
}

if (import.meta.main) printMeasures(await benchPage());
