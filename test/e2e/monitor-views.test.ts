import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible, openTabs, whyNoBrowser } from '../support/browser.ts';
import { ENDLESS } from '../support/endless-statement.ts';
import { shareStack } from '../support/file-stack.ts';

const { stack } = await shareStack();
const page = `${stack.url}/api/monitor`;

const ROWS = 1_000_000;
/** The text of a row takes some 40 bytes; the rest is the page. */
const MAX_HEAP_BYTES = 160_000_000;

const STATEMENT = `SELECT id, concat('<b>', id, '</b>') AS text, NULL AS nothing FROM range(:rows) -- :none`;

async function query(tab: Page, rows: number): Promise<void> {
  await tab.getByLabel('Statement').fill(STATEMENT);
  await tab.getByLabel(':rows').fill(String(rows));
  await tab.getByLabel('Type of rows').selectOption('BIGINT');
  await tab.getByRole('button', { name: 'Run', exact: true }).click();
  await tab.getByText('all rows').waitFor({ timeout: 60_000 });
  expect(await tab.getByRole('status').textContent()).toContain(rows.toLocaleString('en-US'));
}

describe.skipIf(whyNoBrowser() !== undefined)('in a browser', () => {
  it('scrolls a million rows within bounded memory', async () => {
    const { page: tab, complaints } = await (await openTabs()).open(`${page}#/sql`);
    await query(tab, ROWS);

    await tab.getByRole('region', { name: 'Rows' }).focus();
    await tab.keyboard.press('End');
    await tab.getByRole('cell', { name: `<b>${ROWS - 1}</b>` }).waitFor();
    expect(await tab.getByRole('row').count()).toBeLessThan(30);
    expect(await tab.evaluate('performance.memory.usedJSHeapSize')).toBeLessThan(MAX_HEAP_BYTES);
    expect(complaints).toEqual([]);
  });

  it('draws the rows of a query, and saves them', async () => {
    const { page: tab, complaints } = await (await openTabs()).open(`${page}#/sql`);
    await query(tab, 4_000);

    await tab.getByRole('button', { name: 'Chart' }).click();
    await tab.getByRole('img', { name: 'id of 400 rows, from 0 to 3990' }).waitFor();
    await expectAccessible(tab);
    const [saved] = await Promise.all([
      tab.waitForEvent('download'),
      tab.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe('result.csv');
    expect((await readFile(await saved.path(), 'utf8')).split('\n').slice(0, 2)).toEqual([
      'id,text,nothing\r',
      '0,<b>0</b>,\r',
    ]);

    await tab.getByLabel('Statement').fill('SELECT 7 AS other');
    await tab.getByRole('button', { name: 'Run', exact: true }).click();
    await tab.getByRole('img', { name: 'other of 1 rows, from 7 to 7' }).waitFor();
    await tab.goto(`${page}#/overview`);
    await tab.getByRole('heading', { name: 'Overview' }).waitFor();
    await expectAccessible(tab);
    expect(complaints).toEqual([]);
  });

  it('says why a statement is refused, and stops one that does not end', async () => {
    const { page: tab } = await (await openTabs({ viewport: { width: 390, height: 800 } })).open(`${page}#/sql`);
    await tab.getByLabel('Statement').fill('DROP TABLE x');
    await tab.getByRole('button', { name: 'Run', exact: true }).click();
    await tab.getByRole('alert').getByText('sql.read_only').waitFor();
    await expectAccessible(tab);
    expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

    await tab.getByLabel('Statement').fill(ENDLESS);
    await tab.getByRole('button', { name: 'Run', exact: true }).click();
    await tab.getByText('running…').waitFor();
    await tab.getByRole('button', { name: 'Stop' }).click();
    await tab.getByText('stopped: these rows had come').waitFor();
  });

  it('makes a form of a template, runs it, and shows its run', async () => {
    const { page: tab, complaints } = await (await openTabs()).open(`${page}#/templates`);
    await expectAccessible(tab);
    await tab.getByRole('link', { name: 'greet' }).click();
    await expectAccessible(tab);
    await tab.getByLabel('key').fill('from a form');
    await tab.getByRole('button', { name: 'Run', exact: true }).click();
    await tab.getByRole('heading', { name: 'greet' }).waitFor();
    await tab.waitForURL(/#\/runs\/[0-9a-f]/);
    expect(complaints).toEqual([]);
  });

  it('describes the API, and sends an operation', async () => {
    const { page: tab, complaints } = await (await openTabs()).open(`${page}#/api`);
    await tab.getByText('/health', { exact: true }).click();
    await tab.getByRole('button', { name: 'Send' }).click();
    await tab.getByLabel('Response').getByText('"status": "ok"').waitFor();
    await expectAccessible(tab);
    expect(complaints).toEqual([]);
  });
});
