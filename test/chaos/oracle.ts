import { createHash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { connect } from '../../src/engine/connect.ts';
import { resourceText } from '../../src/plan/resource.ts';
import type { PrivateEngine } from '../support/private-engine.ts';

/** What is looked at: a daemon with all that belongs to it, and a folder that holds the homes, temporary files and state of the trials. */
export interface Place {
  readonly engine: PrivateEngine;
  readonly folder: string;
}

/**
 * Everything there is, ours or not, a line each: objects in every state, the daemon's network links, mounts and helper processes,
 * every process that has to do with the folder, and every file below it by its content. What a run stores of itself is left out.
 */
export async function inventoryOf({ engine, folder }: Place): Promise<readonly string[]> {
  const daemon = `/proc/${engine.pid()}`;
  // What others mount on this machine meanwhile is handed on to the daemon's mount namespace.
  const machine = new Set(mountsIn('/proc/self/mountinfo'));
  const { containers } = connect({ environment: { DOCKER_HOST: engine.address }, context: undefined });
  const objects = (await containers.listAll()).map(({ resource }) => resourceText(resource));
  const lines = [
    ...objects,
    ...linksOf(daemon).map((name) => `link ${name}`),
    ...mountsIn(`${daemon}/mountinfo`)
      .filter((point) => !machine.has(point))
      .map((point) => `mount ${point}`),
    ...[...machine].filter((point) => point.startsWith(folder)).map((point) => `mount ${point}`),
    ...processesAbout([folder, engine.execFolder]).map(({ command, place }) => `process ${command} (${place})`),
    ...filesBelow(folder),
  ];
  return [...new Set(lines)].toSorted();
}

export const appearedIn = (before: readonly string[], after: readonly string[]): readonly string[] => {
  const had = new Set(before);
  return after.filter((line) => !had.has(line));
};

interface Found {
  readonly pid: number;
  readonly command: string;
  /** The path below one of the folders by which it was found. */
  readonly place: string;
}

/** The processes whose command line, environment or working folder tells of one of the folders. */
export const processesAbout = (folders: readonly string[]): readonly Found[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
      const told = `${command}\0${read(`/proc/${pid}/environ`)}\0${linkOf(`/proc/${pid}/cwd`)}`;
      const at = Math.max(...folders.map((folder) => told.indexOf(folder)));
      return at < 0 ? [] : [{ pid: Number(pid), command, place: told.slice(at).split(/[\0 ]/)[0] ?? '' }];
    });

const linksOf = (daemon: string): readonly string[] =>
  read(`${daemon}/net/dev`)
    .split('\n')
    .flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);

const mountsIn = (file: string): readonly string[] =>
  read(file)
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point !== '');

/** A run is stored on purpose, one that was killed included. */
const STORED =
  /\/state(\/runs(\/[0-9a-f-]{36}(\/(logs|evidence)(\/.*)?|\/(run\.json(\.new)?|events\.ndjson|reaped\.json|reaper\.log))?)?|\/runs\.looked-at|\/ledger|\/slots|\/proofs\.jsonl)?$/;

function filesBelow(folder: string): readonly string[] {
  const entries: Dirent[] = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => ({ entry, place: path.join(entry.parentPath, entry.name) }))
    .filter(({ place }) => !STORED.test(place))
    .map(({ entry, place }) => `file ${place} ${entry.isFile() ? hashOf(place) : ''}`.trim());
}

function hashOf(file: string): string {
  try {
    const { size } = lstatSync(file);
    return size > 1_000_000 ? `${size} bytes` : createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);
  } catch {
    return 'gone';
  }
}

const read = (file: string): string => orNothing(() => readFileSync(file, 'latin1'));
const linkOf = (file: string): string => orNothing(() => readlinkSync(file));

/** Processes and files go while they are looked at. */
function orNothing(look: () => string): string {
  try {
    return look();
  } catch {
    return '';
  }
}
