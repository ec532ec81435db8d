import { statfsSync, statSync } from 'node:fs';
import type { ContainerUsage, Engines } from '../../engine/ports.ts';
import { LABEL } from '../../plan/names.ts';
import type { World } from '../world.ts';

export interface Watched {
  readonly world: Pick<World, 'tempFolder' | 'stateFolder'>;
  readonly engines: Engines;
  /** Of the run whose containers are looked at. */
  readonly owner: string;
  readonly usesDaemon: boolean;
  /** Whether free space can be believed: not while others run. */
  readonly disk: boolean;
}

interface Most {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

const SAMPLE_MS = 250;
/** Where a daemon of this machine usually keeps its images; a machine without it has one disk less to look at. */
const DAEMON_FOLDER = '/var/lib/docker';

/** Looks at the containers of a run, and at the free space, four times a second until it is stopped. */
export function watchUsage({ world, engines, owner, usesDaemon, disk }: Watched): {
  stop(): Promise<{ readonly containers: Most; readonly diskBytes: number | undefined }>;
} {
  const folders = disk ? disksOf([world.tempFolder, world.stateFolder, DAEMON_FOLDER]) : [];
  const before = freeBytes(folders);
  const cpu = new Map<string, number>();
  let memoryBytes = 0;
  let least = before;
  let looking: Promise<void> = Promise.resolve();
  const take = (running: readonly ContainerUsage[]): void => {
    for (const { id, cpuSeconds } of running) cpu.set(id, cpuSeconds);
    memoryBytes = Math.max(
      memoryBytes,
      running.reduce((sum, one) => sum + one.memoryBytes, 0),
    );
  };
  const timer = setInterval(() => {
    least = Math.min(least, freeBytes(folders));
    // a daemon that does not answer now is asked again
    if (usesDaemon) looking = looking.then(() => engines.containers.usage({ name: LABEL.owner, value: owner }).then(take, () => {}));
  }, SAMPLE_MS);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
      const containers = { cpuSeconds: [...cpu.values()].reduce((sum, one) => sum + one, 0), memoryBytes };
      return { containers, diskBytes: disk ? before - least : undefined };
    },
  };
}

/** One folder for each disk. */
const disksOf = (folders: readonly string[]): readonly string[] => {
  const byDisk = new Map<number, string>();
  for (const folder of folders) {
    const disk = statSync(folder, { throwIfNoEntry: false })?.dev;
    if (disk !== undefined) byDisk.set(disk, folder);
  }
  return [...byDisk.values()];
};

const freeBytes = (folders: readonly string[]): number =>
  folders.reduce((sum, folder) => {
    const { bfree, bsize } = statfsSync(folder);
    return sum + bfree * bsize;
  }, 0);
