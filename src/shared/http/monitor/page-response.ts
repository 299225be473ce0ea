import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import { ProblemError } from '../problem.ts';
import { contentDigest, encoded, type PageFiles } from './page-files.ts';
import { signInOf, type SignIn } from './sign-in.ts';

/** A year, the most that caches take; the names of these files change with what is in them. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

const SHELL = 'index.html';
/** Where the shell has what depends on the settings. */
const SETTINGS_PLACE = 'content="{}"';

/**
 * The page itself. It holds no data and needs no credentials; what it shows it asks the API for.
 * @throws {ProblemError} 404 where it was not built
 */
export function pageResponse(
  request: HttpRequest,
  { config }: Pick<AppContext, 'config'>,
  files: PageFiles,
): HttpResponseInit {
  // Everything in it is named from where it is.
  if (new URL(request.url).pathname.endsWith('/')) return { status: 308, headers: { location: '../monitor' } };
  const signIn = signInOf(config.auth);
  const file = files.get(SHELL);
  if (file === undefined) throw missing();
  const body = Buffer.from(
    file.bytes.toString().replace(SETTINGS_PLACE, () => `content="${attribute(JSON.stringify(signIn))}"`),
  );
  return unlessKnown(request, body, {
    'content-type': file.contentType,
    // Kept, and asked for each time whether it is still the one.
    'cache-control': 'no-cache',
    etag: `"${contentDigest(body)}"`,
    'content-security-policy': contentSecurityPolicy(signIn),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  });
}

/** A file of the page, by its name. @throws {ProblemError} 404 */
export function fileResponse(request: HttpRequest, files: PageFiles): HttpResponseInit {
  const name = request.params['file'] ?? '';
  const file = files.get(name);
  if (file === undefined || name === SHELL) throw missing();
  const { body, coding } = encoded(file, request.headers.get('accept-encoding'));
  return unlessKnown(request, body, {
    'content-type': file.contentType,
    'cache-control': IMMUTABLE,
    'cross-origin-resource-policy': 'same-origin',
    etag: `"${file.digest}${coding === undefined ? '' : `-${coding}`}"`,
    vary: 'accept-encoding',
    ...(coding === undefined ? {} : { 'content-encoding': coding }),
  });
}

/**
 * Nothing but the page's own files is run, loaded or asked; in mode `entra` its tokens come from the tenant's authority.
 * No text becomes markup or script: `trusted-types 'none'` lets no code make a value that a sink for those would take.
 */
export function contentSecurityPolicy(signIn: SignIn): string {
  const authorities =
    signIn.mode === 'entra' ? [...new Set(signIn.authorities.map((authority) => new URL(authority).origin))] : [];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    ["connect-src 'self'", ...authorities].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function unlessKnown(request: HttpRequest, body: Buffer, headers: Record<string, string>): HttpResponseInit {
  const tags = (request.headers.get('if-none-match') ?? '').split(',');
  const known = new Set(tags.map((tag) => tag.trim().replace(/^W\//, '')));
  if (!known.has(headers['etag'] ?? '') && !known.has('*')) return { status: 200, headers, body };
  const { 'content-encoding': _, ...others } = headers;
  return { status: 304, headers: others };
}

/** A text within quotation marks of an attribute. */
function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

function missing(): ProblemError {
  return new ProblemError('PAGE_NOT_FOUND', 'The page has no file of this name.');
}
