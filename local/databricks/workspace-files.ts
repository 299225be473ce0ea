import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';

const shippedDir = join(import.meta.dirname, 'notebooks');

export interface WorkspaceObject {
  /** Workspace path, without an extension. */
  path: string;
  objectType: 'NOTEBOOK' | 'DIRECTORY';
  modifiedAt: number;
}

/** Notebooks by workspace path: those that were imported, those under DATA/notebooks, and those that ship with the emulator. */
export class WorkspaceFiles {
  readonly #imported = new Map<string, { content: string; modifiedAt: number }>();
  readonly #folders = new Set<string>();
  readonly #dataDir: string | undefined;

  constructor(dataDir: string | undefined) {
    this.#dataDir = dataDir === undefined ? undefined : join(dataDir, 'notebooks');
  }

  /** The source at a workspace path (`.py` optional, `/Workspace` prefix optional), or undefined. */
  async read(path: string): Promise<string | undefined> {
    const normal = normalPath(path);
    const imported = this.#imported.get(normal);
    if (imported) return imported.content;
    for (const dir of this.#dirs()) {
      const text = await readFile(fileOf(dir, normal), 'utf8').catch(() => undefined);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** Keeps a notebook; on disk where there is a data folder. */
  async write(path: string, content: string, nowMs: number): Promise<void> {
    const normal = normalPath(path);
    if (this.#dataDir === undefined) {
      this.#imported.set(normal, { content, modifiedAt: nowMs });
      return;
    }
    const file = fileOf(this.#dataDir, normal);
    await mkdir(dirname(file), { recursive: true });
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, content);
    await rename(fresh, file);
  }

  /** Makes a folder and those above it. Folders without notebooks are remembered in memory only. */
  makeFolder(path: string): void {
    const segments = normalPath(path).split('/').filter(Boolean);
    for (let depth = 1; depth <= segments.length; depth++) this.#folders.add(`/${segments.slice(0, depth).join('/')}`);
  }

  /** Removes a notebook, or a folder with all that is in it; what ships with the emulator stays. */
  async delete(path: string): Promise<void> {
    const normal = normalPath(path);
    const isInside = (candidate: string) => candidate === normal || candidate.startsWith(`${normal}/`);
    for (const folder of this.#folders) if (isInside(folder)) this.#folders.delete(folder);
    for (const notebook of this.#imported.keys()) if (isInside(notebook)) this.#imported.delete(notebook);
    if (this.#dataDir === undefined || normal === '/') return;
    await rm(fileOf(this.#dataDir, normal), { force: true });
    await rm(join(this.#dataDir, normal), { recursive: true, force: true });
  }

  /** What is directly under a folder. */
  async list(folder: string): Promise<WorkspaceObject[]> {
    const prefix = normalPath(folder).replace(/\/$/, '');
    const objects = new Map<string, WorkspaceObject>();
    for (const { path, modifiedAt } of await this.#all()) {
      if (!path.startsWith(`${prefix}/`)) continue;
      const [name = '', ...deeper] = path.slice(prefix.length + 1).split('/');
      const child = `${prefix}/${name}`;
      objects.set(child, { path: child, objectType: deeper.length > 0 ? 'DIRECTORY' : 'NOTEBOOK', modifiedAt });
    }
    for (const path of this.#folders)
      if (posix.dirname(path) === (prefix || '/') && !objects.has(path))
        objects.set(path, { path, objectType: 'DIRECTORY', modifiedAt: 0 });
    return [...objects.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** The notebook or folder at a path. */
  async find(path: string): Promise<WorkspaceObject | undefined> {
    const normal = normalPath(path);
    const all = await this.#all();
    const notebook = all.find((object) => object.path === normal);
    if (notebook) return { ...notebook, objectType: 'NOTEBOOK' };
    const inside = all.find((object) => object.path.startsWith(`${normal.replace(/\/$/, '')}/`));
    if (!inside && !this.#folders.has(normal)) return undefined;
    return { path: normal, objectType: 'DIRECTORY', modifiedAt: inside?.modifiedAt ?? 0 };
  }

  #dirs(): string[] {
    return this.#dataDir === undefined ? [shippedDir] : [this.#dataDir, shippedDir];
  }

  async #all(): Promise<{ path: string; modifiedAt: number }[]> {
    const found = new Map([...this.#imported].map(([path, { modifiedAt }]) => [path, modifiedAt]));
    for (const dir of this.#dirs()) {
      const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        if (!entry.isFile() || !entry.name.endsWith('.py')) continue;
        const file = join(entry.parentPath, entry.name);
        const path = `/${relative(dir, file).split(sep).join('/').slice(0, -3)}`;
        if (!found.has(path)) found.set(path, Math.floor((await stat(file)).mtimeMs));
      }
    }
    return [...found].map(([path, modifiedAt]) => ({ path, modifiedAt }));
  }
}

/** `/Workspace/Shared/a.py` and `/Shared/a` are the same notebook. `..` never leads out of the workspace. */
function normalPath(path: string): string {
  const plain = path.replace(/^(?:dbfs|file):/, '').replaceAll('\0', '');
  return posix
    .normalize(`/${plain}`)
    .replace(/^\/Workspace(?=\/)/, '')
    .replace(/\.py$/, '');
}

function fileOf(dir: string, normal: string): string {
  return join(dir, `${normal}.py`);
}
