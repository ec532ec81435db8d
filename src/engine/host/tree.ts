import { kill, pid as ownPid } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { RunnerError } from '../../errors.ts';
import { type ControlGroup, findGroups, groupMembers, killGroup, removeGroup } from './cgroup.ts';
import { carries, type ProcessEntry, processTable } from './proc.ts';

/** A process with everything it ever started, whatever called fork, setsid or setpgid on the way. */
export interface Tree {
  /** `NAME=value` in the environment of its processes. */
  readonly marker: string;
  /** The process that leads the session of the tree; left out: only the marker and the control group tell. */
  readonly leader?: number;
  /** Left out: looked for. */
  readonly group?: ControlGroup | undefined;
}

/** A process in an uninterruptible wait (a dead NFS server) takes no KILL; nobody waits for it longer than this. */
const KILLED_MS = 10_000;

/** TERM to the whole tree, KILL to what is left after `graceMs` (0: at once). Resolves when nothing of it runs. */
export async function endTree(tree: Tree, graceMs: number): Promise<void> {
  const groups = groupsOf(tree);
  const next = (): Look => look(tree, groups);
  let gone = graceMs > 0 && (await signalUntilGone(next, { signal: 'SIGTERM', forMs: graceMs }));
  if (!gone) {
    groups.forEach(killGroup);
    gone = await signalUntilGone(next, { signal: 'SIGKILL', forMs: KILLED_MS });
  }
  groups.forEach(removeGroup);
  if (!gone) throw stuck(next().members);
}

/** Who of the tree runs now. */
export const membersOf = (tree: Tree): readonly number[] => look(tree, groupsOf(tree)).members;

function groupsOf(tree: Tree): readonly ControlGroup[] {
  if (tree.group) return [tree.group];
  return tree.leader === undefined ? findGroups(tree.marker) : [];
}

interface Look {
  readonly members: readonly number[];
  readonly torn: boolean;
}

/** Signals each member once (KILL: every time), and newcomers as they are found. An empty look that was torn proves nothing. */
async function signalUntilGone(
  next: () => Look,
  { forMs, signal }: { readonly forMs: number; readonly signal: NodeJS.Signals },
): Promise<boolean> {
  const told = new Set<number>();
  const deadline = Date.now() + forMs;
  for (let waitMs = 2, blanks = 0; ; waitMs = Math.min(waitMs * 2, 50)) {
    const { members, torn } = next();
    blanks = members.length === 0 ? blanks + 1 : 0;
    if (blanks > 0 && (!torn || blanks >= 3)) return true;
    if (Date.now() >= deadline) return false;
    for (const member of members) if (signal === 'SIGKILL' || !told.has(member)) send(member, signal);
    for (const member of members) told.add(member);
    await delay(waitMs);
  }
}

function look(tree: Tree, groups: readonly ControlGroup[]): Look {
  const { entries, torn } = processTable();
  const grouped = new Set(groups.flatMap(groupMembers));
  const members = new Set<number>();
  const belongs = (entry: ProcessEntry): boolean =>
    entry.session === tree.leader || entry.group === tree.leader || grouped.has(entry.pid) || carries(entry.pid, tree.marker);
  for (const entry of entries) if (belongs(entry)) members.add(entry.pid);
  addDescendants(members, entries);
  return { members: [...members].filter((pid) => pid !== ownPid), torn };
}

function addDescendants(members: Set<number>, entries: readonly ProcessEntry[]): void {
  for (let before = -1; before !== members.size; ) {
    before = members.size;
    for (const entry of entries) if (members.has(entry.parent)) members.add(entry.pid);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    kill(pid, signal);
  } catch {
    // Gone since the look (ESRCH), or another user's by setuid (EPERM): the next look tells which.
  }
}

const stuck = (members: readonly number[]): RunnerError =>
  new RunnerError('host.failed', `${members.length} processes do not end, not even by SIGKILL`, {
    detail: members.map((pid) => `process ${pid}`),
    hint: 'Look at what they wait for: `ps -o pid,user,stat,wchan,args -p PID`.',
  });
