import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../../../src/engine/connect.ts';
import type { RunEngines } from '../../../src/engine/ports.ts';
import { removeAll } from '../../../src/ledger/remove.ts';
import { sweep } from '../../../src/ledger/sweep.ts';
import { LABEL, newRunId } from '../../../src/plan/names.ts';
import type { Mount } from '../../../src/plan/plan.ts';
import { type Resource, resourceText } from '../../../src/plan/resource.ts';
import { type SocketPlan, socketIn } from '../../../src/plan/socket.ts';
import { PATH_WITH_PROGRAMS } from '../../support/cache-folder.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Guarded {
  readonly plan: SocketPlan;
  readonly engines: RunEngines;
  /** For DOCKER_HOST. */
  readonly url: string;
  readonly socketPath: string;
  /** A folder of this machine that a step sees as `/workspace`. */
  readonly workspace: string;
  readonly env: Record<string, string>;
  /** What the book holds now. */
  readonly booked: readonly string[];
  docker(...args: readonly string[]): Promise<Ran>;
  /** Everything on the daemon that carries the run's label. */
  left(): Promise<readonly string[]>;
  /** As at the end of a run: shut, sweep, remove what is in the book. Returns what is left on the daemon after. */
  end(): Promise<readonly string[]>;
}

const environment = (): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  PATH: PATH_WITH_PROGRAMS,
});

/** A guarded socket as a run would have it, in front of the real daemon, or of the one behind `over.DOCKER_HOST`. */
export async function guarded(changes: Partial<SocketPlan> = {}, over: Record<string, string> = {}): Promise<Guarded> {
  const folder = await mkdtemp(path.join(tmpdir(), 'guarded-'));
  const workspace = await mkdtemp(path.join(tmpdir(), 'workspace-'));
  const run = newRunId();
  const engines = connect({ environment: { ...environment(), ...over }, context: undefined });
  const labels = {
    [LABEL.run]: run,
    [LABEL.name]: 'a "name" for $1',
    [LABEL.pattern]: 'sibling',
    [LABEL.owner]: 'x/y/1/2/z',
    [LABEL.expires]: '9999999999',
  };
  const mounts: readonly Mount[] = [{ type: 'bind', hostPath: workspace, daemonPath: workspace, target: '/workspace', readOnly: false }];
  const plan: SocketPlan = { run, labels, folder, mounts, allowed: [], ...changes };
  const book = new Map<string, Resource>();
  const open = await engines.sockets.open(plan, {
    own: async (resource) => void book.set(resourceText(resource), resource),
    removed: (resource) => void book.delete(resourceText(resource)),
  });
  const url = `unix://${socketIn(folder)}`;
  const env = { ...environment(), DOCKER_HOST: url };
  const left = async () => (await engines.containers.labelled(LABEL.run, run)).map(({ resource }) => resourceText(resource)).toSorted();
  return {
    plan,
    engines,
    url,
    socketPath: socketIn(folder),
    workspace,
    env,
    get booked() {
      return [...book.keys()];
    },
    docker: (...args) => ran('docker', args, env),
    left,
    async end() {
      const { cut } = await open.close();
      const swept = await sweep(run, { engines, owned: [], untilQuiet: cut, signal: AbortSignal.timeout(30_000) });
      const removed = await removeAll([...book.values()], engines);
      await rm(folder, { recursive: true, force: true });
      await rm(workspace, { recursive: true, force: true });
      const stuck = [...swept.results, ...removed]
        .filter(({ ok }) => !ok)
        .map(({ resource, error }) => `${resourceText(resource)}: ${error?.message}`);
      return [...stuck, ...(await left())];
    },
  };
}

export const ran = (program: string, args: readonly string[], env: Record<string, string>, stdin?: string): Promise<Ran> =>
  new Promise((resolve) => {
    const child = execFile(program, [...args], { env, maxBuffer: 64 * 2 ** 20, timeout: 110_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : 255) : 0, stdout, stderr }),
    );
    child.stdin?.end(stdin ?? '');
  });

export const started = (program: string, args: readonly string[], env: Record<string, string>): ChildProcessWithoutNullStreams =>
  spawn(program, [...args], { env, stdio: 'pipe' });
