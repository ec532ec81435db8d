import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engines } from '../../engine/ports.ts';
import type { Snapshot } from '../../matrix/bench.ts';
import { LABEL } from '../../plan/names.ts';
import { resourceText } from '../../plan/resource.ts';
import { storedRuns } from '../../report/stored-runs.ts';
import type { World } from '../world.ts';

const AGAIN_MS = 250;

/** So many runs of others may have been stored beside those of the matrix. */
const OTHERS = 50;

/** Looks for everything that could be left behind, on the daemon and on this machine, but for what is known to be another's. */
export class LeakWatch {
  readonly #engines: Engines;
  readonly #world: Pick<World, 'tempFolder' | 'stateFolder' | 'environment'>;
  /** By the runner that owns it. */
  readonly #runs: Map<string, string | undefined> = new Map();
  readonly #usesDaemon: boolean;

  constructor(engines: Engines, world: Pick<World, 'tempFolder' | 'stateFolder' | 'environment'>, usesDaemon: boolean) {
    this.#engines = engines;
    this.#world = world;
    this.#usesDaemon = usesDaemon;
  }

  /** What runners of the matrix have made is ours to tell of; what other runners have made is not. */
  own(owner: string): void {
    this.#runs.set(owner, undefined);
  }

  async look(): Promise<Snapshot> {
    const { tempFolder, environment } = this.#world;
    const home = environment['HOME'] ?? '/';
    const runs = [...this.#runs.values()].filter((run) => run);
    const watch = { folders: [tempFolder], files: [path.join(home, '.kube/config'), path.join(home, '.docker/config.json')] };
    const [objects, lines] = await Promise.all([
      this.#usesDaemon ? this.#engines.containers.listAll() : [],
      this.#engines.host.listAll(watch),
    ]);
    const isOurs = (labels: Readonly<Record<string, string>>): boolean => {
      const owner = labels[LABEL.owner];
      return (owner === undefined || this.#runs.has(owner)) && labels[LABEL.cache] === undefined;
    };
    return [
      ...objects.filter(({ labels }) => isOurs(labels)).map(({ resource }) => resourceText(resource)),
      ...lines.filter((line) => line.startsWith('file ') || isOfRun(line, runs)),
    ];
  }

  /** Also of runs that were killed: they are stored before anything of them exists. One that was never stored has made nothing. */
  #findRuns(): void {
    const missing = [...this.#runs].filter(([, run]) => run === undefined);
    if (missing.length === 0) return;
    const stored = new Map(storedRuns(this.#world.stateFolder, missing.length + OTHERS).map(({ owner, run }) => [owner, run]));
    for (const [owner] of missing) this.#runs.set(owner, stored.get(owner) ?? '');
  }

  async appeared(before: Snapshot, withinMs: number): Promise<readonly string[]> {
    this.#findRuns();
    const known = new Set(before);
    const until = performance.now() + withinMs;
    for (;;) {
      const found = [...new Set(await this.look())].filter((line) => !known.has(line));
      if (found.length === 0 || performance.now() >= until) return found;
      await delay(AGAIN_MS);
    }
  }
}

/** On this machine others come and go; what a run has made there has its id in its name, or in its environment. */
function isOfRun(line: string, runs: readonly (string | undefined)[]): boolean {
  const [, pid] = /^process (\d+) /.exec(line) ?? [];
  const text = pid === undefined ? line : environmentOf(pid);
  return runs.some((run) => run !== undefined && (text.includes(run) || text.includes(run.replaceAll('-', ''))));
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // it has ended
  }
}
