import type { HostEngine } from '../ports.ts';
import { createFolder } from './create-folder.ts';
import { removeFolder } from './remove-folder.ts';
import { runProcess } from './run-process.ts';
import { endTree } from './tree.ts';

/** Between TERM and KILL for processes that nobody waits for: the run they belonged to is over. */
const MARKED_GRACE_MS = 1_000;

/** The machine the runner itself is on. Linux: what runs is read from /proc, as far as the caller may read it there. */
export const hostEngine = (): HostEngine => ({
  run: runProcess,
  killMarked: (marker) => endTree({ marker }, MARKED_GRACE_MS),
  createFolder,
  gather: async (what) => (await import('./gather.ts')).gather(what),
  removeFolder,
});
