import { describe, expect, it } from 'vitest';
import { openTabs, whyNoBrowser } from '../support/browser.ts';
import { startFileStack } from '../support/file-stack.ts';

const TENANT = '11111111-aaaa-4bbb-8ccc-222222222222';
const USER = '33333333-dddd-4eee-8fff-444444444444';

/** What App Service adds to the requests of somebody whom it has signed in. */
const PRINCIPAL = {
  'x-ms-client-principal': Buffer.from(
    JSON.stringify({
      auth_typ: 'aad',
      claims: Object.entries({ tid: TENANT, oid: USER, name: 'Grace <b>Hopper</b>' }).map(([typ, val]) => ({
        typ,
        val,
      })),
    }),
  ).toString('base64'),
};

describe.skipIf(whyNoBrowser() !== undefined)('in a browser', async () => {
  const { stack, gateway } = await startFileStack({ env: { AUTH_MODE: 'easy-auth', WEBSITE_AUTH_ENABLED: 'true' } });
  const address = `${stack.url}/api/monitor#/runs?outcome=failed`;

  it('leaves the sign-in to the platform, which brings people back to where they were', async () => {
    const { page } = await (await openTabs()).open(address);
    const link = page.getByRole('link', { name: 'Sign in with your organisation' });

    expect(await link.getAttribute('href')).toBe(
      `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent('/api/monitor#/runs?outcome=failed')}`,
    );
    const signedIn = await (await openTabs({ extraHTTPHeaders: PRINCIPAL })).open(address);
    await signedIn.page.getByText('Grace <b>Hopper</b>').waitFor();
    expect(signedIn.complaints).toEqual([]);
  });

  it('takes what changes something from its own page alone, as the cookie of the platform comes from any', async () => {
    const body = { notebook_task: { notebook_path: '/Simulated/x' }, existing_cluster_id: '0101-000000-local00' };
    const foreign = await gateway.post('/api/runs', body, { ...PRINCIPAL, 'sec-fetch-site': 'cross-site' });
    const own = await gateway.post('/api/runs', body, { ...PRINCIPAL, 'sec-fetch-site': 'same-origin' });

    expect([foreign.status, own.status]).toEqual([401, 202]);
  });
});
