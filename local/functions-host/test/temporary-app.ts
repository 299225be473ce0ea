import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const modules = path.join(import.meta.dirname, '../../../node_modules');

/** An app made of these files in a temporary directory, with the repository's packages; whoever makes it deletes it. */
export function makeApp(files: Record<string, string>): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'functions-app-'));
  symlinkSync(modules, path.join(dir, 'node_modules'));
  for (const [name, text] of Object.entries({ 'package.json': '{ "main": "app.js" }', ...files })) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), text);
  }
  return dir;
}

/** The same, deleted when the test ends. */
export function temporaryApp(files: Record<string, string>): string {
  const dir = makeApp(files);
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The text of a file that registers a GET function. */
export function httpFunction(name: string, body: string): string {
  return `const { app } = require('@azure/functions');
app.http('${name}', { methods: ['GET'], authLevel: 'anonymous', handler: async (request, context) => (${body}) });`;
}
