/**
 * The headers of a text as `OTEL_EXPORTER_OTLP_HEADERS` has it: `name=value` with commas between them, values
 * percent-encoded. What has no name or cannot be decoded is left out.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
export function parseOtlpHeaders(text: string): Record<string, string> {
  const headers = text.split(',').flatMap((pair) => {
    const [, name, value = ''] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const decoded = name === undefined ? undefined : decodedText(value);
    return name === undefined || decoded === undefined ? [] : [[name, decoded] as const];
  });
  return Object.fromEntries(headers);
}

function decodedText(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
