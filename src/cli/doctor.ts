import { existsSync } from 'node:fs';
import path from 'node:path';
import { PATTERNS } from '../../patterns/index.ts';
import type { ClusterEngine } from '../engine/ports/kubernetes.ts';
import type { DaemonFacts, RunEngines } from '../engine/ports.ts';
import { errorLines } from '../error-text.ts';
import { RunnerError, toRunnerError } from '../errors.ts';
import { listCaches } from '../ledger/caches.ts';
import { PATTERN_NAMES, type PatternName } from '../spec/spec.ts';
import { privateDaemonLines } from './doctor-dind.ts';
import { diagnoseSelf } from './doctor-self.ts';
import { isSet, oneOf, parseFlags, textOf } from './flags.ts';
import { cacheText } from './gc-caches.ts';
import { namedSelf } from './paths-for.ts';
import type { Command, World } from './world.ts';

export interface Diagnosis {
  readonly pattern: PatternName;
  readonly runs: boolean;
  /** Why not, and what to do; or what it would run on. */
  readonly says: readonly string[];
}

/** Which patterns can run here. Exit code 125 when the one that was asked for, or all of them, can't. */
export const doctor: Command = async (world, argv) => {
  const parsed = parseFlags(
    'doctor',
    {
      pattern: { type: 'string' },
      json: { type: 'boolean' },
      'docker-context': { type: 'string' },
      'self-container': { type: 'string' },
    },
    argv,
  );
  const asked = oneOf('--pattern', textOf(parsed, 'pattern'), PATTERN_NAMES);
  const engines = (await world.connector())({ dockerContext: textOf(parsed, 'docker-context') });
  const { facts, diagnoses } = await diagnosesOf(world, engines, asked === undefined ? PATTERN_NAMES : [asked]);
  const caches = facts ? await listCaches(world.stateFolder, engines.containers) : [];
  const { located, lines } = await diagnoseSelf(engines.self, namedSelf(textOf(parsed, 'self-container'), world));
  await world.stdout.write(
    isSet(parsed, 'json')
      ? `${JSON.stringify({ state_folder: world.stateFolder, self: located ?? null, patterns: diagnoses, caches }, null, 2)}\n`
      : `${textOfAll(diagnoses, world)}${lines.map((line) => `${line}\n`).join('')}${caches.map((cache) => `cache ${cacheText(cache, world.clock.now())}\n`).join('')}`,
  );
  return diagnoses.some(({ runs }) => runs) ? 0 : 125;
};

/** What can be said of each pattern, and of the daemon where it answers. */
export async function diagnosesOf(
  world: World,
  { containers, clusters }: Pick<RunEngines, 'containers' | 'clusters'>,
  patterns: readonly PatternName[],
): Promise<{ readonly facts: DaemonFacts | undefined; readonly diagnoses: readonly Diagnosis[] }> {
  const answer = await containers.describe().catch((thrown: unknown) => toRunnerError(thrown));
  const facts = answer instanceof RunnerError ? undefined : answer;
  const daemon = answer instanceof RunnerError ? { runs: false, says: errorLines(answer, { colour: false }) } : daemonLines(answer);
  const special: Partial<Record<PatternName, Omit<Diagnosis, 'pattern'>>> = facts
    ? {
        ...(patterns.includes('kind') && { kind: await clusterLines(daemon, clusters, world) }),
        ...(patterns.includes('dind') && { dind: await privateDaemonLines(daemon, facts, world) }),
      }
    : {};
  return { facts, diagnoses: patterns.map((name) => diagnose(name, world, special[name] ?? daemon)) };
}

function diagnose(pattern: PatternName, world: World, daemon: Omit<Diagnosis, 'pattern'>): Diagnosis {
  if (!PATTERNS[pattern]) return { pattern, runs: false, says: ['not in this version of the runner'] };
  return { pattern, ...(pattern === 'host' ? hostLines(world) : daemon) };
}

function hostLines({ environment }: World): Omit<Diagnosis, 'pattern'> {
  const shell = onPath('sh', environment);
  return shell ? { runs: true, says: [`processes of this machine, with ${shell}`] } : { runs: false, says: ['there is no sh on the PATH'] };
}

/** A machine without room for a cluster, or without kind, can't run the pattern; without Helm it can run all of it but charts. */
async function clusterLines(
  daemon: Omit<Diagnosis, 'pattern'>,
  clusters: ClusterEngine,
  { environment }: World,
): Promise<Omit<Diagnosis, 'pattern'>> {
  try {
    const [version, { clusters: count, startsAtOnce, because }] = await Promise.all([clusters.version(), clusters.room()]);
    const helm = onPath('helm', environment);
    const tools = [version, helm ? `helm at ${helm}` : 'no helm on the PATH: charts can’t be installed, all else can'];
    const room = `room for ${count} at once, ${startsAtOnce} of them starting: ${because.join('; ')}`;
    return count > 0
      ? { runs: true, says: [tools[0] ?? '', ...tools.slice(1), room, ...daemon.says] }
      : { runs: false, says: [`there is no room for a cluster: ${because.join('; ')}`, ...tools] };
  } catch (thrown) {
    return { runs: false, says: errorLines(toRunnerError(thrown), { colour: false }) };
  }
}

const onPath = (program: string, { PATH = '' }: World['environment']): string | undefined =>
  PATH.split(':')
    .map((folder) => path.join(folder, program))
    .find(existsSync);

const daemonLines = (facts: DaemonFacts): Omit<Diagnosis, 'pattern'> => ({
  runs: true,
  says: [
    `Docker ${facts.version} (API ${facts.apiVersion}) at ${facts.endpoint}`,
    `${facts.cpus} CPUs, ${(facts.memoryBytes / 2 ** 30).toFixed(1)} GiB, storage ${facts.storageDriver}, cgroup ${facts.cgroup}${facts.rootless ? ', rootless' : ''}`,
    `runtimes: ${facts.runtimes.join(', ')}`,
  ],
});

const textOfAll = (diagnoses: readonly Diagnosis[], { stateFolder, version }: World): string =>
  [
    `runner ${version}, state in ${stateFolder}`,
    ...diagnoses.flatMap(({ pattern, runs, says }) => [
      `${runs ? '✓' : '✗'} ${pattern.padEnd(8)} ${says[0] ?? ''}`,
      ...says.slice(1).map((line) => `${' '.repeat(11)}${line}`),
    ]),
    '',
  ].join('\n');
