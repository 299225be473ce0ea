import { z } from 'zod';
import { invalidParameter } from '../api-error.ts';

const HEADER = '# Databricks notebook source';
const SEPARATOR = '\n\n# COMMAND ----------\n\n';

const notebook = z.looseObject({
  cells: z.array(
    z.looseObject({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]).default('') }),
  ),
});

/**
 * A Jupyter notebook in Databricks' source format: a code cell as it is, Markdown and cells that begin with a magic
 * command as `# MAGIC` lines.
 * @throws ApiError 400 for what is no Jupyter notebook
 */
export function sourceOfJupyter(text: string): string {
  const cells = parsed(text).cells.map(({ cell_type: type, source }) => {
    const code = typeof source === 'string' ? source : source.join('');
    if (type === 'code') return code.startsWith('%') ? magicLines(code) : code;
    return magicLines(`%md\n${code}`);
  });
  return `${HEADER}\n${cells.join(SEPARATOR)}`;
}

/** A notebook in Databricks' source format as a Jupyter notebook (nbformat 4). */
export function jupyterOf(source: string, name: string): string {
  const body = source.startsWith(HEADER) ? source.slice(HEADER.length + 1) : source;
  const cells = body.split(/^# COMMAND -{10}\s*$/m).map((cell) => jupyterCell(cell.trim()));
  return JSON.stringify({
    cells,
    metadata: { 'application/vnd.databricks.v1+notebook': { notebookName: name, language: 'python' } },
    nbformat: 4,
    nbformat_minor: 0,
  });
}

function parsed(text: string): z.output<typeof notebook> {
  try {
    return notebook.parse(JSON.parse(text));
  } catch {
    throw invalidParameter('The content is not a Jupyter notebook.');
  }
}

function magicLines(code: string): string {
  return code
    .split('\n')
    .map((line) => `# MAGIC ${line}`.trimEnd())
    .join('\n');
}

function jupyterCell(cell: string): object {
  const plain = cell
    .split('\n')
    .map((line) => line.replace(/^# MAGIC ?/, ''))
    .join('\n');
  if (plain.startsWith('%md')) return { cell_type: 'markdown', metadata: {}, source: linesOf(plain.slice(3).trim()) };
  return { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: linesOf(plain) };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}
