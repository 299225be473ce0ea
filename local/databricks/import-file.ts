import { invalidParameter } from './api-error.ts';
import { sourceOfJupyter } from './python/jupyter-format.ts';
import type { FileKind } from './workspace-files.ts';

/** A comment in the language of a notebook, which says that the file is one. */
const NOTEBOOK_HEADER = /^(?:#|--|\/\/) Databricks notebook source/;
const OTHER_LANGUAGES = new Set(['scala', 'sql', 'r']);

/**
 * What an imported file becomes where its format is AUTO: a notebook where it is a Jupyter notebook or begins as
 * notebooks in source format do, else the file that it is.
 * @throws ApiError 400 for a notebook in a language that the emulator does not run
 */
export function importedFile(path: string, content: Buffer): { path: string; kind: FileKind; content: Buffer } {
  const [, stem = path, extension = ''] = /^(.+)\.(\w+)$/.exec(path) ?? [];
  if (extension.toLowerCase() === 'ipynb')
    return { path: stem, kind: 'NOTEBOOK', content: Buffer.from(sourceOfJupyter(content.toString('utf8'))) };
  if (!NOTEBOOK_HEADER.test(content.subarray(0, 64).toString('latin1'))) return { path, kind: 'FILE', content };
  if (extension === 'py') return { path: stem, kind: 'NOTEBOOK', content };
  if (OTHER_LANGUAGES.has(extension.toLowerCase()))
    throw invalidParameter(`The emulator runs Python notebooks only, not ${extension.toUpperCase()}: ${path}.`);
  return { path, kind: 'FILE', content };
}
