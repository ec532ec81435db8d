import { readFileSync } from 'node:fs';
import { type ProcessEntry, processTable } from './proc.ts';

/** USER_HZ: what proc_pid_stat(5) counts in, on every Linux that Node runs on. */
const TICKS_A_SECOND = 100;

export interface TreeUsage {
  /** Of those that live, and of those that they have waited for. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** A process and everything below it, by /proc. What has ended counts for nothing. */
export function treeUsage(pid: number): TreeUsage {
  return treeOf(pid, processTable().entries)
    .map(usageOf)
    .reduce((sum, one) => ({ cpuSeconds: sum.cpuSeconds + one.cpuSeconds, rssBytes: sum.rssBytes + one.rssBytes }), NOTHING);
}

const NOTHING: TreeUsage = { cpuSeconds: 0, rssBytes: 0 };

/** Of all that this process has started and waited for. */
export function childrenCpuSeconds(): number {
  const [, , cutime = 0, cstime = 0] = timesIn(textOf('/proc/self/stat'));
  return (cutime + cstime) / TICKS_A_SECOND;
}

function usageOf(pid: number): TreeUsage {
  const times = timesIn(textOf(`/proc/${pid}/stat`));
  const [, resident] = /VmRSS:\s+(\d+) kB/.exec(textOf(`/proc/${pid}/status`)) ?? [];
  return { cpuSeconds: times.reduce((sum, ticks) => sum + ticks, 0) / TICKS_A_SECOND, rssBytes: Number(resident ?? 0) * 1024 };
}

/** utime, stime, cutime, cstime: fields 14 to 17; the second is a name that may hold spaces and brackets. */
const timesIn = (stat: string): readonly number[] =>
  stat === ''
    ? []
    : stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 15)
        .map(Number);

const treeOf = (pid: number, all: readonly ProcessEntry[]): readonly number[] => [
  pid,
  ...all.filter(({ parent }) => parent === pid).flatMap((child) => treeOf(child.pid, all)),
];

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // it has ended
  }
}
