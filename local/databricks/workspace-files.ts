import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';

const shippedDir = join(import.meta.dirname, 'notebooks');

/** A notebook, whose path has no extension, or any other file, whose path has its own. */
export type FileKind = 'NOTEBOOK' | 'FILE';

export interface WorkspaceObject {
  path: string;
  objectType: FileKind | 'DIRECTORY';
  modifiedAt: number;
  /** Bytes; of files and notebooks. */
  size?: number;
}

interface Kept {
  kind: FileKind;
  content: Buffer;
  modifiedAt: number;
}

/** Notebooks and files by workspace path: those that were imported, those in the data folder, and those that ship with the emulator. */
export class WorkspaceFiles {
  readonly #imported = new Map<string, Kept>();
  readonly #folders = new Set<string>();
  readonly #dataDirs: Record<FileKind, string> | undefined;

  constructor(dataDir: string | undefined) {
    this.#dataDirs =
      dataDir === undefined ? undefined : { NOTEBOOK: join(dataDir, 'notebooks'), FILE: join(dataDir, 'files') };
  }

  /** The text of the file or notebook at a workspace path (`.py` optional, `/Workspace` prefix optional), or undefined. */
  async read(path: string): Promise<string | undefined> {
    return (await this.content(path))?.toString('utf8');
  }

  /** The bytes of the file or notebook at a workspace path, or undefined. */
  async content(path: string): Promise<Buffer | undefined> {
    for (const [kind, normal] of candidates(path)) {
      const imported = this.#imported.get(normal);
      if (imported?.kind === kind) return imported.content;
      for (const dir of this.#dirs(kind)) {
        const content = await readFile(fileOf(dir, kind, normal)).catch(() => undefined);
        if (content !== undefined) return content;
      }
    }
    return undefined;
  }

  /** Keeps a notebook or file; on disk where there is a data folder. */
  async write(path: string, kind: FileKind, content: Buffer, nowMs: number): Promise<void> {
    const normal = kind === 'NOTEBOOK' ? notebookPath(path) : normalPath(path);
    if (this.#dataDirs === undefined) {
      this.#imported.set(normal, { kind, content, modifiedAt: nowMs });
      return;
    }
    const file = fileOf(this.#dataDirs[kind], kind, normal);
    await mkdir(dirname(file), { recursive: true });
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, content);
    await rename(fresh, file);
  }

  /** Makes a folder and those above it. Folders without files are remembered in memory only. */
  makeFolder(path: string): void {
    const segments = normalPath(path).split('/').filter(Boolean);
    for (let depth = 1; depth <= segments.length; depth++) this.#folders.add(`/${segments.slice(0, depth).join('/')}`);
  }

  /** Removes a notebook or file, or a folder with all that is in it; what ships with the emulator stays. */
  async delete(path: string): Promise<void> {
    for (const [kind, normal] of candidates(path)) {
      const isInside = (candidate: string) => candidate === normal || candidate.startsWith(`${normal}/`);
      for (const folder of this.#folders) if (isInside(folder)) this.#folders.delete(folder);
      for (const known of this.#imported.keys()) if (isInside(known)) this.#imported.delete(known);
      if (this.#dataDirs === undefined || normal === '/') continue;
      await rm(fileOf(this.#dataDirs[kind], kind, normal), { force: true, recursive: true });
      await rm(join(this.#dataDirs[kind], normal), { recursive: true, force: true });
    }
  }

  /** What is directly under a folder. */
  async list(folder: string): Promise<WorkspaceObject[]> {
    const prefix = normalPath(folder).replace(/\/$/, '');
    const objects = new Map<string, WorkspaceObject>();
    for (const object of await this.#all()) {
      if (!object.path.startsWith(`${prefix}/`)) continue;
      const [name = '', ...deeper] = object.path.slice(prefix.length + 1).split('/');
      const child = `${prefix}/${name}`;
      objects.set(
        child,
        deeper.length > 0 ? { path: child, objectType: 'DIRECTORY', modifiedAt: object.modifiedAt } : object,
      );
    }
    for (const path of this.#folders)
      if (posix.dirname(path) === (prefix || '/') && !objects.has(path))
        objects.set(path, { path, objectType: 'DIRECTORY', modifiedAt: 0 });
    return [...objects.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** The notebook, file or folder at a path. */
  async find(path: string): Promise<WorkspaceObject | undefined> {
    const all = await this.#all();
    for (const [kind, normal] of candidates(path)) {
      const object = all.find((candidate) => candidate.path === normal && candidate.objectType === kind);
      if (object) return object;
    }
    const normal = normalPath(path);
    const inside = all.find((object) => object.path.startsWith(`${normal.replace(/\/$/, '')}/`));
    if (!inside && !this.#folders.has(normal) && normal !== '/') return undefined;
    return { path: normal, objectType: 'DIRECTORY', modifiedAt: inside?.modifiedAt ?? 0 };
  }

  #dirs(kind: FileKind): string[] {
    const shipped = kind === 'NOTEBOOK' ? [shippedDir] : [];
    return this.#dataDirs === undefined ? shipped : [this.#dataDirs[kind], ...shipped];
  }

  async #all(): Promise<WorkspaceObject[]> {
    const found = new Map<string, WorkspaceObject>();
    for (const [path, { kind, content, modifiedAt }] of this.#imported)
      found.set(path, { path, objectType: kind, modifiedAt, size: content.length });
    for (const kind of ['NOTEBOOK', 'FILE'] as const) {
      for (const dir of this.#dirs(kind)) {
        const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
        for (const entry of entries) {
          if (!entry.isFile() || (kind === 'NOTEBOOK' && !entry.name.endsWith('.py'))) continue;
          const file = join(entry.parentPath, entry.name);
          const name = `/${relative(dir, file).split(sep).join('/')}`;
          const path = kind === 'NOTEBOOK' ? name.slice(0, -3) : name;
          const { mtimeMs, size } = await stat(file);
          if (!found.has(path)) found.set(path, { path, objectType: kind, modifiedAt: Math.floor(mtimeMs), size });
        }
      }
    }
    return [...found.values()];
  }
}

/** What a path may name: the file of just this name, or the notebook, whose `.py` may be left out. */
function candidates(path: string): [kind: FileKind, normal: string][] {
  return [
    ['FILE', normalPath(path)],
    ['NOTEBOOK', notebookPath(path)],
  ];
}

/** `/Workspace/Shared/a` and `/Shared/a` are the same. `..` never leads out of the workspace. */
function normalPath(path: string): string {
  const plain = path.replace(/^(?:dbfs|file):/, '').replaceAll('\0', '');
  return posix.normalize(`/${plain}`).replace(/^\/Workspace(?=\/)/, '');
}

function notebookPath(path: string): string {
  return normalPath(path).replace(/\.py$/, '');
}

function fileOf(dir: string, kind: FileKind, normal: string): string {
  return join(dir, kind === 'NOTEBOOK' ? `${normal}.py` : normal);
}
