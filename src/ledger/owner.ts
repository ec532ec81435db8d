import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { kill } from 'node:process';

/** What the kernel of this machine says about processes. */
export interface Here {
  /** Tells machines apart that share a daemon or a state folder, and stays the same over a reboot. */
  readonly machine: string;
  /** New at every boot; containers see that of their host. */
  readonly bootId: string;
  /** Process ids mean something only within their namespace. */
  readonly pidNamespace: string;
  exists(pid: number): boolean;
  /** In clock ticks since the boot; undefined where it can't be seen. */
  startTimeOf(pid: number): string | undefined;
}

/** `unknown`: the owner lives, or lived, among processes that can't be seen from here. */
export type Aliveness = 'alive' | 'dead' | 'unknown';

/** Names one process among all that ever were on machines of which we may see the leavings: `boot/pid namespace/pid/start time/machine`. */
export const ownerOf = (pid: number, here: Here = thisMachine()): string =>
  [here.bootId, here.pidNamespace, pid, here.startTimeOf(pid) ?? '', here.machine].join('/');

/** Whether an owner still runs. A pid alone would do until it is given to somebody else; its start time tells them apart. */
export function alivenessOf(owner: string, here: Here = thisMachine()): Aliveness {
  const [bootId, pidNamespace, pid, startTime, machine] = owner.split('/');
  if (!startTime) return 'unknown';
  if (bootId !== here.bootId) return machine === here.machine ? 'dead' : 'unknown';
  if (pidNamespace !== here.pidNamespace) return 'unknown';
  if (!here.exists(Number(pid))) return 'dead';
  const now = here.startTimeOf(Number(pid));
  return now === undefined || now === startTime ? 'alive' : 'dead';
}

/** The pid in an owner's name, for messages. */
export const pidOf = (owner: string): string => owner.split('/')[2] ?? '?';

/** The real one: /proc and signal 0. */
export const thisMachine = (): Here => ({
  machine: machineName(),
  bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  pidNamespace: readlinkSync('/proc/self/ns/pid').replace(/\D/g, ''),
  exists,
  startTimeOf,
});

/** Images carry a machine id that many share, and machines are cloned with theirs: the host's name is part of it. */
function machineName(): string {
  try {
    return `${hostname()}.${readFileSync('/etc/machine-id', 'utf8').slice(0, 8)}`;
  } catch {
    return hostname();
  }
}

function exists(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Field 22 of proc_pid_stat(5). A zombie gets none that could match: it holds a pid, and can own nothing any more. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'zombie' : fields[19];
  } catch {
    return undefined;
  }
}
