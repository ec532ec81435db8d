import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostWatch } from '../ports.ts';
import { runnerGroups } from './cgroup.ts';
import { mountPoints } from './mounts.ts';
import { commandOf, markedProcesses } from './proc.ts';

/** See `HostEngine.listAll`. */
export async function listAll({ folders, files }: HostWatch): Promise<readonly string[]> {
  const [links, entries, hashes] = await Promise.all([
    namesIn('/sys/class/net'),
    Promise.all(folders.map(async (folder) => (await namesIn(folder)).map((name) => `entry ${join(folder, name)}`))),
    Promise.all(files.map(async (path) => `file ${path} ${await hashOf(path)}`)),
  ]);
  return [
    ...links.map((name) => `link ${name}`),
    ...mountPoints().map((point) => `mount ${point}`),
    ...runnerGroups().map(({ path }) => `cgroup ${path}`),
    ...markedProcesses().map((pid) => `process ${pid} ${commandOf(pid)}`),
    ...entries.flat(),
    ...hashes,
  ];
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

async function hashOf(path: string): Promise<string> {
  try {
    return `sha256:${createHash('sha256')
      .update(await readFile(path))
      .digest('hex')}`;
  } catch {
    return 'absent';
  }
}
