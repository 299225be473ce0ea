import { describe, expect, it } from 'vitest';
import { expectAccessible, openTabs, whyNoBrowser } from '../support/browser.ts';
import { ENDLESS } from '../support/endless-statement.ts';
import { shareStack } from '../support/file-stack.ts';

const { stack } = await shareStack();
const page = `${stack.url}/api/monitor`;

/** More than the rows of any window; a benchmark takes a million. */
const ROWS = Number(process.env['MONITOR_ROWS'] ?? 100_000);
/** A row of text takes some 40 bytes; the rest is the page. */
const MAX_HEAP_BYTES = 40_000_000 + 120 * ROWS;

describe.skipIf(whyNoBrowser() !== undefined)('in a browser', () => {
  it(`scrolls ${ROWS.toLocaleString('en')} rows, draws them, and saves them, within bounded memory`, async () => {
    const { page: tab, complaints } = await (await openTabs()).open(`${page}#/sql`);
    await tab
      .getByLabel('Statement')
      .fill(`SELECT id, concat('<b>', id, '</b>') AS text, NULL AS nothing FROM range(:rows) -- :none`);
    await tab.getByLabel(':rows').fill(String(ROWS));
    await tab.getByLabel('Type of rows').selectOption('BIGINT');
    await tab.getByRole('button', { name: 'Run', exact: true }).click();
    await tab.getByText('all rows').waitFor({ timeout: 60_000 });

    expect(await tab.getByRole('status').textContent()).toContain(ROWS.toLocaleString('en-US'));
    await tab.getByRole('region', { name: 'Rows' }).focus();
    await tab.keyboard.press('End');
    await tab.getByRole('cell', { name: `<b>${ROWS - 1}</b>` }).waitFor();
    expect(await tab.getByRole('row').count()).toBeLessThan(30);
    const heapBytes = await tab.evaluate('performance.memory.usedJSHeapSize');
    expect(heapBytes).toBeLessThan(MAX_HEAP_BYTES);

    await tab.getByRole('button', { name: 'Chart' }).click();
    await tab.getByRole('img', { name: /^id of 4\d\d rows|^id of 3\d\d rows/ }).waitFor();
    await expectAccessible(tab);
    const [saved] = await Promise.all([
      tab.waitForEvent('download'),
      tab.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe('result.csv');
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
