import { expect, it } from 'vitest';
import { decodedPart, hrefOf, readPlace } from '../../../web/app/href.ts';
import { nextDelayMs } from '../../../web/app/pace.ts';
import { agoText, durationText } from '../../../web/parts/duration.ts';
import { filteredHref, isFiltered, listPath, readFilters } from '../../../web/views/runs/run-filters.ts';

it('reads from an address what was written into it, whatever the texts are', () => {
  const filters = readFilters(
    new URLSearchParams({
      outcome: 'failed',
      submitted_by: 'tid/o&=#?',
      label: 'a:1\nb:x y',
      search: '<b>',
      hours: '6',
    }),
  );

  const place = readPlace(filteredHref(filters, {}));

  expect(place.path).toBe('/runs');
  expect(readFilters(place.query)).toEqual(filters);
  expect(isFiltered(filters)).toBe(true);
  expect(isFiltered(readFilters(readPlace(hrefOf('/runs', { search: 'x' })).query))).toBe(false);
  expect(readPlace('').path).toBe('/runs');
});

it('shows something for an address that was cut or typed wrong', () => {
  expect(decodedPart('a%2Fb')).toBe('a/b');
  expect(decodedPart('50%')).toBe('50%');
});

it('leaves a page behind with the filters that it was found with', () => {
  const filters = readFilters(new URLSearchParams({ page_token: 'abc', outcome: 'failed' }));

  expect(readPlace(filteredHref(filters, { outcome: 'canceled' })).query.has('page_token')).toBe(false);
});

it('asks the gateway for what it can filter by, and searches by itself', () => {
  const filters = readFilters(new URLSearchParams({ label: 'a:1\nb:2', hours: '1', search: 'x', workspace: 'prod' }));

  expect(listPath(filters, { limit: 50, nowMs: 3_600_000 })).toBe(
    'runs?limit=50&workspace=prod&label=a%3A1&label=b%3A2&created_after=1970-01-01T00%3A00%3A00.000Z',
  );
});

it('reads the more seldom the less changes, down to the slowest pace', () => {
  const pace = { soonestMs: 2_000, latestMs: 30_000 };
  const delays = [2_000];
  for (let read = 0; read < 10; read++) delays.push(nextDelayMs(delays.at(-1)!, false, pace));

  expect(delays.slice(0, 4)).toEqual([2_000, 3_000, 4_500, 6_750]);
  expect(delays.at(-1)).toBe(30_000);
  expect(nextDelayMs(30_000, true, pace)).toBe(2_000);
});

it('says durations in the two units that matter', () => {
  const texts = [-5, 400, 12_300, 185_000, 7_800_000, 273_600_000].map(durationText);

  expect(texts).toEqual(['0.0 s', '0.4 s', '12 s', '3 min 05 s', '2 h 10 min', '3 d 4 h']);
  expect([1, 40_000, 300_000, 7_200_000, 172_800_000].map((ms) => agoText(0, ms))).toEqual([
    'now',
    '40 s ago',
    '5 min ago',
    '2 h ago',
    '2 d ago',
  ]);
});
