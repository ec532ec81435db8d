import path from 'node:path';
import { RunnerError } from '../errors.ts';
import type { DockerSpec, Env, Spec } from '../spec/spec.ts';
import type { PlanContext } from './pattern.ts';
import type { Labels, Mount, Step } from './plan.ts';
import { SOCKET_TARGET, socketIn } from './socket.ts';

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
        mounts: [rawMount(setting.context)],
        notes: ['the steps are given the daemon itself, and with it this machine'],
      };
    case 'guarded':
      return guarded(setting);
  }
}

/** testcontainers would start a reaper of its own; what it makes goes with the run. */
const GUARDED_ENV = { TESTCONTAINERS_RYUK_DISABLED: 'true' };

function guarded({ context, labels, mounts, network }: SocketSetting): SocketPart {
  const { run, facts, allowed } = context;
  const folder = path.join(facts.tempFolder, `runner-${run}-socket`);
  const file = socketIn(folder);
  const mount: Mount = { type: 'bind', hostPath: file, daemonPath: file, target: SOCKET_TARGET, readOnly: false };
  const socket = { run, labels, folder, mounts: [...mounts, mount], allowed: [...allowed].toSorted(), ...(network && { network }) };
  return {
    steps: [{ kind: 'socket', name: 'docker socket', when: 'success', socket }],
    mounts: [mount],
    env: GUARDED_ENV,
    notes: ['the steps have a Docker socket of their own: what they make through it is seen by them alone, and gone with the run'],
  };
}

function rawMount({ facts }: PlanContext): Mount {
  const host = facts.environment['DOCKER_HOST'] || `unix://${SOCKET_TARGET}`;
  if (!host.startsWith('unix://'))
    throw new RunnerError('spec.invalid', `docker.socket: raw needs a daemon with a socket, and DOCKER_HOST is ${host}`, {
      hint: 'Use `socket: guarded`, which works with every daemon.',
    });
  const file = host.slice('unix://'.length);
  return { type: 'bind', hostPath: file, daemonPath: file, target: SOCKET_TARGET, readOnly: false };
}
