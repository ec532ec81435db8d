import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { RunnerError } from '../../errors.ts';
import { type Lock, tryLock } from '../../ledger/lock.ts';
import { pidOf } from '../../ledger/owner.ts';
import { sameMachine } from '../../matrix/machine.ts';
import type { Results } from '../../matrix/results/read.ts';
import { type Opened, VERSION } from '../../matrix/results/records.ts';
import { openResults, type ResultsFile } from '../../matrix/results/write.ts';
import type { World } from '../world.ts';
import type { MatrixRequest } from './flags.ts';
import { endOrphans } from './orphans.ts';
import { loadResults, matrixFolder, unfinished } from './results-folder.ts';

/** A results file that this process alone writes to. */
export interface Night {
  readonly file: string;
  /** For what runs bring back. */
  readonly scratch: string;
  readonly session: number;
  /** What was there already; undefined: nothing. */
  readonly earlier: Results | undefined;
  readonly results: ResultsFile;
  close(): Promise<void>;
}

/** Nobody needs the lock of a matrix after so long, on machines where its owner cannot be seen. */
const LOCK_MS = 7 * 86_400_000;

/** Begins a results file, or goes on with one. Throws `usage.invalid` where it is another matrix's, or somebody else writes to it. */
export async function openNight(world: World, opened: Opened, request: Pick<MatrixRequest, 'resume' | 'results'>): Promise<Night> {
  const { stateFolder, owner, clock, folder } = world;
  const named = request.results === undefined ? undefined : path.resolve(folder, request.results);
  const earlier = request.resume ? earlierOf(named, stateFolder, opened.name) : undefined;
  const file = earlier?.file ?? named ?? path.join(matrixFolder(stateFolder, opened.name), `${opened.matrix}.jsonl`);
  if (!earlier && existsSync(file))
    throw new RunnerError('usage.invalid', `${file} is there already`, { hint: 'Add --resume to go on with it, or name another file.' });
  const lock = await tryLock(`${file}.lock`, { owner, expiresAt: clock.now() + LOCK_MS });
  if (!lock.held)
    throw new RunnerError('usage.invalid', `${file} is being written by process ${pidOf(lock.by)}`, { hint: 'Wait for it, or end it.' });
  try {
    if (earlier) refuseOther(earlier, opened);
    await endOrphans(earlier?.begun ?? [], (text) => void world.stderr.write(`runner: ${text}\n`));
    return nightOf({ file, earlier, lock, opened, now: clock.now });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Opening {
  readonly file: string;
  readonly earlier: Results | undefined;
  readonly lock: Lock & { readonly held: true };
  readonly opened: Opened;
  readonly now: () => number;
}

function nightOf({ file, earlier, lock, opened, now }: Opening): Night {
  const scratch = `${file.replace(/\.jsonl$/, '')}.scratch`;
  rmSync(scratch, { recursive: true, force: true });
  const results = openResults(file);
  const session = (earlier?.sessions ?? 0) + 1;
  if (!earlier) results.append(opened);
  results.append({ v: VERSION, type: 'session.opened', session, at: new Date(now()).toISOString() });
  return {
    file,
    scratch,
    session,
    earlier,
    results,
    async close() {
      results.close();
      rmSync(scratch, { recursive: true, force: true });
      await lock.release();
    },
  };
}

function earlierOf(named: string | undefined, stateFolder: string, name: string): Results | undefined {
  if (named === undefined) return unfinished(stateFolder, name);
  return existsSync(named) ? loadResults(named) : undefined;
}

/** Timings of two machines, or of two workloads, are no figure of one. */
function refuseOther({ file, opened: before }: Results, now: Opened): void {
  if (before.digest !== now.digest)
    throw new RunnerError('usage.invalid', `${file} cannot be resumed: the matrix or its spec has changed since`, {
      hint: 'Run it without --resume, which begins a new one.',
    });
  const other = sameMachine(before.machine, now.machine);
  if (other !== undefined)
    throw new RunnerError('usage.invalid', `${file} cannot be resumed here: it was begun on another machine`, {
      detail: [other],
      hint: 'Run it without --resume, which begins a new one.',
    });
}
