import { RunnerError } from '../errors.ts';
import type { Env, ImageSpec, PatternName, Spec, StepSpec } from '../spec/spec.ts';
import { SECRETS_DIR, scriptCommand } from './command.ts';
import type { SocketPart } from './docker-socket.ts';
import { markerOf, runnerEnv, specEnv } from './env.ts';
import { type IdentityPlan, identityPlan } from './identity.ts';
import { runLabels } from './labels.ts';
import { type MountsPlan, mountsPlan } from './mounts.ts';
import { type RunId, resourceName } from './names.ts';
import type { PlanContext } from './pattern.ts';
import type { ContainerPlan, ExecPlan, Mount, NetworkMode, Upload } from './plan.ts';
import { pathSetting } from './shared-paths.ts';
import { daemonMounts, reachOf } from './translate.ts';

/** What all containers of one run share; worked out once. */
export interface ContainerSetting {
  readonly spec: Spec;
  readonly context: PlanContext;
  readonly pattern: PatternName;
  readonly network: NetworkMode;
  /** The folder, and what is mounted in it. */
  readonly workspace: readonly Mount[];
  /** What `docker.socket` brings. */
  readonly socket?: SocketPart;
  /** What the pattern gives to every step. */
  readonly every?: { readonly env: Env; readonly uploads: readonly Upload[] };
}

/** Names, image and argv of one container; everything else comes from the spec. */
export interface ContainerPart {
  readonly part: string;
  readonly image: ImageSpec;
  readonly argv: readonly string[];
  readonly env: Env;
  readonly uploads?: readonly Upload[];
  readonly stdin?: ContainerPlan['stdin'];
}

/** The container of steps: as the caller, in the workspace, with the spec's mounts, limits and rights. */
export function stepContainer(setting: ContainerSetting, { part, image, argv, env, uploads = [], stdin }: ContainerPart): ContainerPlan {
  const { spec, context, pattern, network } = setting;
  const identity = identityPlan(spec.identity, context.facts.caller, spec.workspace.dir);
  const [entrypoint, ...command] = argv;
  return {
    name: resourceName(context.run, part),
    image: imageName(image, context.run),
    pull: spec.docker.pull,
    entrypoint: [entrypoint ?? 'sh'],
    command,
    env,
    ...(identity.user === undefined ? {} : { user: identity.user }),
    groups: identity.groups,
    dir: spec.workspace.dir,
    mounts: lastByTarget([
      ...setting.workspace,
      ...specMounts(setting).mounts,
      ...secretsMount(spec, identity.owner),
      ...agentMounts(spec, context),
      ...(setting.socket?.mounts ?? []),
      ...(spec.docker.readOnly ? homeMount(identity) : []),
    ]),
    uploads: [...uploads, ...(setting.every?.uploads ?? []), ...(spec.docker.readOnly ? [] : identity.uploads)],
    network,
    resources: spec.resources,
    init: spec.docker.init,
    privileged: spec.docker.privileged,
    capAdd: spec.docker.capAdd,
    capDrop: spec.docker.capDrop,
    devices: spec.docker.devices,
    readOnly: spec.docker.readOnly,
    ...(spec.docker.runtime === undefined ? {} : { runtime: spec.docker.runtime }),
    labels: runLabels(spec, pattern, context),
    stdin: stdin ?? 'none',
  };
}

/** The mounts of the spec itself, with the steps that make their volumes. */
export const specMounts = ({ spec, context, pattern }: ContainerSetting): MountsPlan =>
  mountsPlan(spec.mounts, {
    run: context.run,
    labels: runLabels(spec, pattern, context),
    uid: context.facts.caller.uid,
    paths: pathSetting(spec, context),
  });

/** What the spec mounts at a place wins over what the runner's own container has there. */
const lastByTarget = (mounts: readonly Mount[]): readonly Mount[] => [...new Map(mounts.map((mount) => [mount.target, mount])).values()];

/** The argv of a step's script, its secrets included. */
const stepArgv = (spec: Spec, step: StepSpec): readonly string[] =>
  scriptCommand(step.shell, step.run, { specs: spec.secrets, dir: SECRETS_DIR });

/** The environment of a step in a container, its marker included. */
function stepEnv({ spec, context, pattern, socket, every }: ContainerSetting, step: StepSpec): Env {
  const { dir } = spec.workspace;
  const [marker, id] = markerOf(context.run, step.name).split('=') as [string, string];
  return {
    ...identityPlan(spec.identity, context.facts.caller, dir).env,
    ...(spec.sshAgent ? { SSH_AUTH_SOCK: AGENT_SOCKET } : {}),
    ...socket?.env,
    ...every?.env,
    ...specEnv(spec, context.facts.environment, step.env, []),
    ...runnerEnv({ run: context.run, pattern, step: step.name, workspace: dir, secretsDir: SECRETS_DIR }),
    [marker]: id,
  };
}

/** A step as the only command of a container of its own. */
export function stepAlone(
  setting: ContainerSetting,
  step: StepSpec,
  { part, uploads }: { readonly part: string; readonly uploads: readonly Upload[] },
): ContainerPlan {
  const { spec } = setting;
  const container = stepContainer(setting, {
    part,
    image: imageOf(spec, step),
    argv: stepArgv(spec, step),
    env: stepEnv(setting, step),
    uploads,
    stdin: stdinOf(spec),
  });
  return { ...container, dir: stepDir(spec, step) };
}

/** A step as one more process in a container that runs already. */
export function stepExec(setting: ContainerSetting, container: string, step: StepSpec): ExecPlan {
  const { spec, context } = setting;
  const { user } = identityPlan(spec.identity, context.facts.caller, spec.workspace.dir);
  return {
    container,
    command: stepArgv(spec, step),
    env: stepEnv(setting, step),
    ...(user === undefined ? {} : { user }),
    dir: stepDir(spec, step),
    stdin: stdinOf(spec),
    marker: markerOf(context.run, step.name),
  };
}

const stdinOf = ({ secrets }: Spec): ExecPlan['stdin'] => (secrets.length > 0 ? 'secrets' : 'none');

const stepDir = (spec: Spec, step: StepSpec): string =>
  step.dir.startsWith('/') ? step.dir : `${spec.workspace.dir}/${step.dir}`.replace(/(\/\.)*\/?$/, '');

/** A tag under `build:` is private to the run, so that two runs of one spec never share an image by name. */
export const imageName = (image: ImageSpec, run: RunId): string => (typeof image === 'string' ? image : buildTag(run, image.build));

/** The image of a step, or of the whole spec; that one of the two is there was checked when the spec was loaded. */
export function imageOf(spec: Spec, step?: StepSpec): ImageSpec {
  const image = step?.image ?? spec.image ?? spec.steps.find((one) => one.image !== undefined)?.image;
  if (image === undefined)
    throw new RunnerError('spec.invalid', `no image for pattern ${spec.pattern ?? ''}`, { hint: 'Add `image:` at the top of the spec.' });
  return image;
}

export const buildTag = (run: RunId, tag: string): string => `runner/${tag}:${run.replaceAll('-', '')}`;

/** Memory only, and for the step's user alone; where the image decides who that is, the sticky bit keeps users apart. */
function secretsMount(spec: Spec, owner: { readonly uid: number; readonly gid: number } | undefined): readonly Mount[] {
  if (spec.secrets.length === 0) return [];
  const access = owner ? { mode: 0o700, ...owner } : { mode: 0o1777 };
  return [{ type: 'tmpfs', target: SECRETS_DIR, sizeBytes: 4 * 2 ** 20, ...access }];
}

/** Nothing can be brought into a root file system that is read-only: the home is in memory then, and passwd stays the image's. */
const homeMount = ({ env, owner, uploads }: IdentityPlan): readonly Mount[] =>
  owner && uploads.length > 0 ? [{ type: 'tmpfs', target: env['HOME']!, mode: 0o700, ...owner }] : [];

const AGENT_SOCKET = '/run/ssh-agent.sock';

/** Known hosts that only the runner's own container has are left out: without them a host is asked about, not trusted. */
function agentMounts(spec: Spec, context: PlanContext): readonly Mount[] {
  const { environment, knownHosts } = context.facts;
  const socket = environment['SSH_AUTH_SOCK'];
  if (!spec.sshAgent || socket === undefined) return [];
  const setting = pathSetting(spec, context);
  const agent = daemonMounts({ hostPath: socket, target: AGENT_SOCKET, readOnly: true }, setting);
  if (knownHosts === undefined) return agent;
  const known = reachOf({ hostPath: knownHosts, target: '/etc/ssh/ssh_known_hosts', readOnly: true }, setting);
  return 'mounts' in known ? [...agent, ...known.mounts] : agent;
}
