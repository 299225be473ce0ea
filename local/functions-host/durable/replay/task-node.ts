/** A task of the replayed orchestration: settles once, then resumes the one who waits for it. */
export class TaskNode {
  done = false;
  succeeded = true;
  /** The id of the event that scheduled it, -1 for tasks made of others. */
  readonly id: number;
  onSettled: ((node: TaskNode) => void) | undefined;

  constructor(id = -1) {
    this.id = id;
  }

  settle(succeeded: boolean): void {
    if (this.done) return;
    this.done = true;
    this.succeeded = succeeded;
    this.onSettled?.(this);
  }
}

/** A task that is over already. */
export function settledTask(): TaskNode {
  const node = new TaskNode();
  node.done = true;
  return node;
}

/** A task that settles with the first (`any`) or the last (`all`) of its children. */
export function compoundTask(kind: 'any' | 'all', children: TaskNode[]): TaskNode {
  const node = new TaskNode();
  let open = children.filter((child) => !child.done).length;
  for (const child of children) {
    child.onSettled = () => {
      open--;
      if (kind === 'any' || open === 0) node.settle(true);
    };
  }
  if (kind === 'any' ? open < children.length : open === 0) node.done = true;
  return node;
}
