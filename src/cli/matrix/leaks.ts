import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engines } from '../../engine/ports.ts';
import type { Snapshot } from '../../matrix/bench.ts';
import { LABEL } from '../../plan/names.ts';
import { resourceText } from '../../plan/resource.ts';
import type { World } from '../world.ts';

const AGAIN_MS = 250;

/** What follows from containers that are listed themselves. */
const CONSEQUENCE = /^link (?:veth|br-)|^mount .*(?:overlay|netns|containers?\/)/;

/** Looks for everything that could be left behind, on the daemon and on this machine, but for what is known to be another's. */
export class LeakWatch {
  readonly #engines: Engines;
  readonly #world: Pick<World, 'tempFolder' | 'environment'>;
  readonly #owners: Set<string> = new Set();
  readonly #usesDaemon: boolean;

  constructor(engines: Engines, world: Pick<World, 'tempFolder' | 'environment'>, usesDaemon: boolean) {
    this.#engines = engines;
    this.#world = world;
    this.#usesDaemon = usesDaemon;
  }

  /** What runners of the matrix have made is ours to tell of; what other runners have made is not. */
  own(owner: string): void {
    this.#owners.add(owner);
  }

  async look(): Promise<Snapshot> {
    const { tempFolder, environment } = this.#world;
    const home = environment['HOME'] ?? '/';
    const watch = { folders: [tempFolder], files: [path.join(home, '.kube/config'), path.join(home, '.docker/config.json')] };
    const [objects, lines] = await Promise.all([
      this.#usesDaemon ? this.#engines.containers.listAll() : [],
      this.#engines.host.listAll(watch),
    ]);
    const isOurs = (labels: Readonly<Record<string, string>>): boolean => {
      const owner = labels[LABEL.owner];
      return (owner === undefined || this.#owners.has(owner)) && labels[LABEL.cache] === undefined;
    };
    const isEntry = `entry ${tempFolder}/`;
    return [
      ...objects.filter(({ labels }) => isOurs(labels)).map(({ resource }) => resourceText(resource)),
      ...lines.filter((line) => !CONSEQUENCE.test(line) && (!line.startsWith(isEntry) || line.startsWith(`${isEntry}runner-`))),
    ];
  }

  async appeared(before: Snapshot, withinMs: number): Promise<readonly string[]> {
    const known = new Set(before);
    const until = performance.now() + withinMs;
    for (;;) {
      const found = [...new Set(await this.look())].filter((line) => !known.has(line));
      if (found.length === 0 || performance.now() >= until) return found;
      await delay(AGAIN_MS);
    }
  }
}
