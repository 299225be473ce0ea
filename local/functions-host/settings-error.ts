/** A setting that is missing or wrong; the message names it. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}
