import type { HostEngine } from '../ports.ts';
import { createFolder } from './create-folder.ts';
import { removeFolder } from './remove-folder.ts';
import { runProcess } from './run-process.ts';
import { endTree, membersOf } from './tree.ts';

/** Between TERM and KILL for processes that nobody waits for: the run they belonged to is over. */
const MARKED_GRACE_MS = 1_000;

/** The machine the runner itself is on. Linux: what runs is read from /proc, as far as the caller may read it there. */
export function hostEngine(): HostEngine {
  /** What `run` saw through to its end needs no second look: that costs some milliseconds a step. */
  const ended = new Set<string>();
  return {
    async run(plan, options) {
      ended.delete(plan.marker);
      const exit = await runProcess(plan, options);
      ended.add(plan.marker);
      return exit;
    },
    killMarked: async (marker) => (ended.has(marker) ? undefined : endTree({ marker }, MARKED_GRACE_MS)),
    findMarked: async (marker) => (ended.has(marker) ? [] : membersOf({ marker })),
    listAll: async (watch) => (await import('./list-all.ts')).listAll(watch),
    createFolder,
    gather: async (what) => (await import('./gather.ts')).gather(what),
    removeFolder,
  };
}
