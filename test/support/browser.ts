import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';

/** Debian's; another may be named. */
const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

let launched: Promise<Browser> | undefined;

/** Says why there can be no test in a browser; undefined where there can. The gate installs one, so there it is a failure. */
export function whyNoBrowser(): string | undefined {
  return existsSync(EXECUTABLE) || process.env['BROWSER_TESTS'] === 'required'
    ? undefined
    : `There is no Chromium at ${EXECUTABLE}: apt-get install chromium, or name one as CHROMIUM.`;
}

/** A page of a browser, and all that it had to complain about: messages of its console, errors, reports of its policy. */
export interface WatchedPage {
  page: Page;
  complaints: string[];
}

/**
 * Opens tabs of one browser, which the files of a worker share; the tabs of one context are those of one person. They are
 * closed after the file.
 */
export async function openTabs(
  options: BrowserContextOptions = {},
): Promise<{ open(url: string): Promise<WatchedPage> }> {
  launched ??= chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', '--disable-gpu'] });
  const context: BrowserContext = await (
    await launched
  ).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(30_000);
  afterAll(() => context.close());
  return {
    async open(url) {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
      page.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(url);
      return { page, complaints };
    },
  };
}

const axeFile = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));

/** Has axe look at a page as it stands: nothing that it finds may be serious. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(await readFile(axeFile, 'utf8'));
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { target: string[] }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      at: nodes.slice(0, 3).map(({ target }) => target.join(' ')),
    }));
  });
  expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
}
