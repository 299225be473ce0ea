import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';

const shippedDir = join(import.meta.dirname, 'notebooks');

/** A notebook, whose path has no extension, or any other file, whose path has its own. */
export type FileKind = 'NOTEBOOK' | 'FILE';

/** A notebook, file or folder of the workspace. */
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

/** Folders that every workspace has. */
const STANDING_FOLDERS = ['/', '/Shared', '/Users'];

/**
 * Notebooks, files and folders by workspace path: those that were imported, those in the data folder, and those that ship
 * with the emulator.
 */
export class WorkspaceFiles {
  readonly #imported = new Map<string, Kept>();
  readonly #folders: Set<string>;
  readonly #dataDirs: Record<FileKind, string> | undefined;

  /** `home` is the folder of the user whom everyone is. */
  constructor(dataDir: string | undefined, home: string) {
    this.#folders = new Set([...STANDING_FOLDERS, home]);
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

  /** Makes a folder and those above it; on disk where there is a data folder. */
  async makeFolder(path: string): Promise<void> {
    const normal = normalPath(path);
    if (this.#dataDirs === undefined) for (const folder of [normal, ...ancestors(normal)]) this.#folders.add(folder);
    else await mkdir(join(this.#dataDirs.NOTEBOOK, normal), { recursive: true });
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
    const parent = normalPath(folder);
    const objects = [...(await this.#all()).values()].filter(({ path }) => isIn(parent, path));
    return objects.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** The notebook, file or folder at a path. */
  async find(path: string): Promise<WorkspaceObject | undefined> {
    const all = await this.#all();
    for (const [kind, normal] of candidates(path)) {
      const object = all.get(normal);
      if (object?.objectType === kind) return object;
    }
    return all.get(normalPath(path));
  }

  /** Whether the folder of what is at a path is there. */
  async hasParent(path: string): Promise<boolean> {
    return (await this.find(posix.dirname(normalPath(path))))?.objectType === 'DIRECTORY';
  }

  #dirs(kind: FileKind): string[] {
    const shipped = kind === 'NOTEBOOK' ? [shippedDir] : [];
    return this.#dataDirs === undefined ? shipped : [this.#dataDirs[kind], ...shipped];
  }

  async #all(): Promise<Map<string, WorkspaceObject>> {
    const found = new Map<string, WorkspaceObject>();
    const keep = (object: WorkspaceObject) => {
      if (!found.has(object.path)) found.set(object.path, object);
      for (const path of ancestors(object.path))
        if (!found.has(path)) found.set(path, { path, objectType: 'DIRECTORY', modifiedAt: object.modifiedAt });
    };
    for (const [path, { kind, content, modifiedAt }] of this.#imported)
      keep({ path, objectType: kind, modifiedAt, size: content.length });
    for (const kind of ['NOTEBOOK', 'FILE'] as const)
      for (const dir of this.#dirs(kind)) for (const object of await objectsOf(dir, kind)) keep(object);
    for (const path of this.#folders) keep({ path, objectType: 'DIRECTORY', modifiedAt: 0 });
    return found;
  }
}

/** What a folder on disk holds of a kind, and its folders. */
async function objectsOf(dir: string, kind: FileKind): Promise<WorkspaceObject[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const objects = entries.map(async (entry): Promise<WorkspaceObject | undefined> => {
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(dir, file).split(sep).join('/')}`;
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) return undefined;
    const modifiedAt = Math.floor(found.mtimeMs);
    if (found.isDirectory()) return { path, objectType: 'DIRECTORY', modifiedAt };
    if (kind === 'FILE') return { path, objectType: kind, modifiedAt, size: found.size };
    if (!path.endsWith('.py')) return undefined;
    return { path: path.slice(0, -'.py'.length), objectType: kind, modifiedAt, size: found.size };
  });
  return (await Promise.all(objects)).filter((object) => object !== undefined);
}

/** The folders above a path, the nearest first. */
function ancestors(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === path ? [] : [parent, ...ancestors(parent)];
}

function isIn(folder: string, path: string): boolean {
  return path !== folder && posix.dirname(path) === folder;
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
  const inside = posix.normalize(`/${plain}`).replace(/^\/Workspace(?=\/|$)/, '');
  return inside.replace(/\/$/, '') || '/';
}

function notebookPath(path: string): string {
  return normalPath(path).replace(/\.py$/, '');
}

function fileOf(dir: string, kind: FileKind, normal: string): string {
  return join(dir, kind === 'NOTEBOOK' ? `${normal}.py` : normal);
}
