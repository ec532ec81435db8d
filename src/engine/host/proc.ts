import { readdirSync, readFileSync } from 'node:fs';
import { systemCodeOf } from './failure.ts';

/** One process that runs. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
}

export interface ProcessTable {
  readonly entries: readonly ProcessEntry[];
  /** True when a process ended while the table was read: a child that it started meanwhile may be missing. */
  readonly torn: boolean;
}

/**
 * Everything that runs, as /proc shows it: no kernel threads, and no zombies, which have handed on their children.
 * Read in one go, since the kernel answers from memory and never waits for a disk.
 */
export function processTable(): ProcessTable {
  const entries: ProcessEntry[] = [];
  let torn = false;
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    if (typeof stat === 'string') entries.push(...entryOf(Number(name), stat));
    else torn ||= stat.gone;
  }
  return { entries, torn };
}

/** Whether the process was started with `NAME=value` in its environment; false where the caller may not look. */
export function carries(pid: number, marker: string): boolean {
  return `\0${textOf(`/proc/${pid}/environ`)}\0`.includes(`\0${marker}\0`);
}

/** Every process that a runner marked: `RUNNER_STEP_ID` is in the environment of all that its steps start. */
export const markedProcesses = (): readonly number[] =>
  processTable()
    .entries.map(({ pid }) => pid)
    .filter((pid) => /(^|\0)RUNNER_STEP_ID=/.test(textOf(`/proc/${pid}/environ`)));

/** Its command line, for people. */
export const commandOf = (pid: number): string => textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();

function textOf(path: string): string {
  const text = read(path);
  return typeof text === 'string' ? text : '';
}

/** PF_KTHREAD of the kernel's include/linux/sched.h. */
const KERNEL_THREAD = 0x00200000;

/** The fields are those of proc_pid_stat(5), from the third on: the second is a name that may hold spaces and brackets. */
function entryOf(pid: number, stat: string): readonly ProcessEntry[] {
  const [state, parent, group, session, , , flags] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 7);
  if (state === 'Z' || state === 'X' || Number(flags) & KERNEL_THREAD) return [];
  return [{ pid, parent: Number(parent), group: Number(group), session: Number(session) }];
}

function read(path: string): string | { readonly gone: boolean } {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    return { gone: ['ENOENT', 'ESRCH'].includes(systemCodeOf(error) ?? '') };
  }
}
