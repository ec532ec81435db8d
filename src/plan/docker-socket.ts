import path from 'node:path';
import { RunnerError } from '../errors.ts';
import type { DockerSpec, Env, Spec } from '../spec/spec.ts';
import { type RunId, resourceName } from './names.ts';
import type { PlanContext } from './pattern.ts';
import type { Labels, Mount, Step } from './plan.ts';
import { daemonSocket, pathSetting } from './shared-paths.ts';
import { SOCKET_TARGET, socketIn } from './socket.ts';
import { daemonMounts, type Reach, reachOf } from './translate.ts';

/** What `docker.socket` brings: a step before all others, a mount in every step, variables for every step. */
export interface SocketPart {
  readonly steps: readonly Step[];
  readonly mounts: readonly Mount[];
  readonly env: Env;
  readonly notes: readonly string[];
}

export interface SocketSetting {
  readonly spec: Spec;
  readonly context: PlanContext;
  readonly labels: Labels;
  /** The mounts of every step. */
  readonly mounts: readonly Mount[];
  /** The network of the job, if it has one by name. */
  readonly network: string | undefined;
}

const NOTHING: SocketPart = { steps: [], mounts: [], env: {}, notes: [] };

/** `wanted` is `docker.socket`, or what the pattern takes for granted. */
export function socketPart(wanted: NonNullable<DockerSpec['socket']>, setting: SocketSetting): SocketPart {
  switch (wanted) {
    case 'none':
      return NOTHING;
    case 'raw':
      return {
        ...NOTHING,
        mounts: rawMount(setting),
        env: DOCKER_ENV,
        notes: ['the steps are given the daemon itself, and with it this machine'],
      };
    case 'guarded':
      return guarded(setting);
  }
}

/** For clients that were told of another daemon. */
const DOCKER_ENV = { DOCKER_HOST: `unix://${SOCKET_TARGET}` };

/**
 * testcontainers would start a reaper of its own; what it makes goes with the run. Compose would call everything by the folder, which is
 * the same in every run.
 */
const guardedEnv = (run: RunId): Env => ({
  ...DOCKER_ENV,
  TESTCONTAINERS_RYUK_DISABLED: 'true',
  COMPOSE_PROJECT_NAME: resourceName(run, 'compose'),
});

function guarded({ spec, context, labels, mounts, network }: SocketSetting): SocketPart {
  const { run, allowed } = context;
  const { folder, mount } = socketPlace(spec, context);
  const socket = { run, labels, folder, mounts: [...mounts, mount], allowed: [...allowed].toSorted(), ...(network && { network }) };
  return {
    steps: [{ kind: 'socket', name: 'docker socket', when: 'success', socket }],
    mounts: [mount],
    env: guardedEnv(run),
    notes: ['the steps have a Docker socket of their own: what they make through it is seen by them alone, and gone with the run'],
  };
}

/** The folder for temporary files, or the workspace where that one can't be shared: clients and daemon are on the far side of a mount. */
function socketPlace(spec: Spec, context: PlanContext): { readonly folder: string; readonly mount: Mount } {
  const { paths, tempFolder } = context.facts;
  const setting = pathSetting(spec, context);
  const bases = [tempFolder, spec.workspace.path];
  const base = bases.find((one) => isWritable(reachOf({ hostPath: one, target: SOCKET_TARGET, readOnly: false }, setting)));
  if (base === undefined) throw notShared(bases);
  const name = `${base === tempFolder ? '' : '.'}runner-${context.run}-socket`;
  const folder = path.join(base, name);
  const file = socketIn(folder);
  const real = paths.seen === 'same' ? {} : { ...paths.real, [file]: path.join(paths.real[base] ?? base, path.relative(base, file)) };
  const wanted = { hostPath: file, target: SOCKET_TARGET, readOnly: false };
  const [mount] = daemonMounts(wanted, { ...setting, paths: paths.seen === 'same' ? paths : { ...paths, real } });
  if (mount === undefined) throw notShared(bases);
  return { folder, mount };
}

const isWritable = (reach: Reach): boolean => 'mounts' in reach && reach.mounts[0]?.type !== 'tmpfs' && reach.mounts[0]?.readOnly === false;

const notShared = (bases: readonly string[]): RunnerError =>
  new RunnerError('mount.unreachable', 'there is no place for a Docker socket that both the runner and the steps can see', {
    detail: [`looked at ${bases.join(' and ')}: the daemon can’t mount them, or not for writing`],
    hint: 'Mount a folder of the daemon’s machine into the runner’s container and name it in TMPDIR, or say `docker.socket: none`.',
  });

function rawMount({ spec, context }: SocketSetting): readonly Mount[] {
  const file = daemonSocket(context.facts.environment);
  if (file === undefined)
    throw new RunnerError('spec.invalid', 'docker.socket: raw needs a daemon with a socket, and DOCKER_HOST names none', {
      hint: 'Use `socket: guarded`, which works with every daemon.',
    });
  return daemonMounts({ hostPath: file, target: SOCKET_TARGET, readOnly: false }, pathSetting(spec, context));
}
