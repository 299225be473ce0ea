import { renameSync, writeFileSync } from 'node:fs';
import process from 'node:process';

/*
 * Imported before a program (`--import`), writes down each second what the process has used so far, into the file that
 * USAGE_FILE names.
 */

const file = process.env['USAGE_FILE'] ?? '';

function record(): void {
  const { user, system } = process.cpuUsage();
  const usage = { cpuMs: (user + system) / 1_000, residentMb: process.memoryUsage.rss() / 2 ** 20 };
  // Whoever reads it finds it whole.
  writeFileSync(`${file}.new`, JSON.stringify(usage));
  renameSync(`${file}.new`, file);
}

record();
setInterval(record, 1_000).unref();
