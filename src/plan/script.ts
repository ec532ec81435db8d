import type { ReadySpec } from '../spec/spec.ts';
import { quote, SECRETS_DIR } from './command.ts';
import type {
  BuildPlan,
  ContainerPlan,
  ExecPlan,
  Mount,
  NetworkMode,
  Plan,
  PreloadedImage,
  ProcessPlan,
  Step,
  StepOf,
  Upload,
} from './plan.ts';
import { checkLines, clusterLines, loadLines, manifestLines, releaseLines } from './script-cluster.ts';
import { copyLines } from './script-copy.ts';
import { socketIn } from './socket.ts';

/**
 * A plan as the plain script somebody would write by hand: the same objects by the same names, removed on exit.
 * What a script can't do in a line is said in a comment, or left out: secrets, retries, a kill that survives the shell's own.
 */
export function scriptOf(plan: Plan): string {
  const head = [
    '#!/bin/sh',
    `# ${plan.name}, pattern ${plan.pattern}; what \`runner exec\` does, by hand`,
    'set -eu',
    `trap 'set +e; ${undo(plan)}' EXIT INT TERM HUP`,
    '',
  ];
  return `${[...head, ...plan.steps.flatMap((step) => [`# ${step.kind}: ${step.name}`, ...linesOf(step), ''])].join('\n').trimEnd()}\n`;
}

function undo({ steps }: Plan): string {
  const names = (kind: string, found: readonly string[]) => (found.length === 0 ? [] : [`docker ${kind} ${[...new Set(found)].join(' ')}`]);
  const containers = steps.flatMap((step) =>
    step.kind === 'probe'
      ? []
      : step.kind === 'container'
        ? [step.container.name]
        : step.kind === 'task' && step.place.in === 'container'
          ? [step.place.container.name]
          : [],
  );
  const folders = steps.flatMap((step) =>
    step.kind === 'folder' ? [quote(step.path)] : step.kind === 'socket' ? [quote(step.socket.folder)] : [],
  );
  return [
    ...names('rm -fv', containers),
    ...steps.flatMap((step) => (step.kind === 'cluster' ? [`kind delete cluster --name ${step.cluster.name}`] : [])),
    ...names(
      'network rm',
      steps.flatMap((step) => (step.kind === 'network' ? [step.network.name] : [])),
    ),
    ...names(
      'volume rm -f',
      steps.flatMap((step) => (step.kind === 'volume' ? [step.volume.name] : [])),
    ),
    ...names(
      'rmi',
      steps.flatMap((step) => (step.kind === 'build' ? [step.build.tag] : [])),
    ),
    ...(folders.length > 0 ? [`rm -rf ${folders.join(' ')}`] : []),
  ].join('; ');
}

function linesOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'folder':
      return [
        `mkdir -p -m 700 ${quote(step.path)}`,
        ...(step.copy ? copyLines(step.copy.from, step.copy.exclude, `tar -C ${quote(step.path)} -xf -`) : []),
      ];
    case 'probe':
      return ['# the daemon is asked whether it sees the files of the runner where they are about to be mounted'];
    case 'network':
      return [`docker network create ${step.network.name}`];
    case 'volume':
    case 'cache':
      return [`docker volume create ${step.volume.name}`];
    case 'socket':
      return socketLines(step.socket.folder);
    case 'build':
      return [buildLine(step.build)];
    case 'container':
      return [...started(step.container, step.untilEnd ? 'docker start -a' : 'docker start'), ...waitLines(step)];
    case 'preload':
      return step.images.flatMap((one) => preloadLines(step.daemon, one));
    case 'export':
      return step.images.map(
        ({ image, archive }) =>
          `docker exec ${step.daemon} docker save ${image} ${archive === undefined ? '| docker load' : `> ${quote(archive)}`}`,
      );
    case 'cluster':
      return clusterLines(step.cluster);
    case 'completion':
      return ['# `kind create` had done all when it came back'];
    case 'load':
      return loadLines(step.cluster, step.images);
    case 'manifests':
      return manifestLines(step.manifests);
    case 'helm':
      return releaseLines(step.release);
    case 'check':
      return checkLines(step.check);
    case 'task':
      return taskLines(step);
    case 'artifacts':
      return artifactLines(step);
  }
}

const socketLines = (folder: string): readonly string[] => [
  '# by hand the steps get the socket of the daemon itself, and with it the machine',
  `mkdir -p -m 700 ${quote(folder)}`,
  `host=\${DOCKER_HOST:-unix:///var/run/docker.sock}; ln -s "\${host#unix://}" ${quote(socketIn(folder))}`,
];

const preloadLines = (daemon: string, { image, name }: PreloadedImage): readonly string[] => [
  `docker save ${image} | docker exec -i ${daemon} docker load`,
  ...(name === image ? [] : [`docker exec ${daemon} docker tag ${image} ${name}`]),
];

const buildLine = (build: BuildPlan): string =>
  [
    'docker build',
    `--tag ${build.tag}`,
    `--file ${quote(build.dockerfile)}`,
    ...Object.entries(build.args).map(([k, v]) => `--build-arg ${quote(`${k}=${v}`)}`),
    ...(build.target ? [`--target ${quote(build.target)}`] : []),
    quote(build.context),
  ].join(' ');

function taskLines({ place }: StepOf<'task'>): readonly string[] {
  if (place.in === 'container')
    return started(place.container, place.container.stdin === 'go' ? 'echo go | docker start -ai' : 'docker start -a');
  if (place.in === 'exec') return [...secretsNote(place.exec.stdin), execLine(place.exec)];
  return [...secretsNote(place.process.stdin), processLine(place.process)];
}

function waitLines({ container: { name }, ready }: StepOf<'container'>): readonly string[] {
  return ready ? [`until ${questionOf(name, ready)}; do sleep ${ready.intervalMs / 1000}; done`] : [];
}

function questionOf(container: string, ready: ReadySpec): string {
  if ('run' in ready) return `docker exec ${container} sh -c ${quote(ready.run)}`;
  if ('tcp' in ready) {
    const port = ready.tcp.toString(16).toUpperCase().padStart(4, '0'); // state 0A is LISTEN
    return `docker exec ${container} cat /proc/net/tcp /proc/net/tcp6 | grep -q ':${port} [0-9A-F:]* 0A'`;
  }
  const address = `$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' ${container})`;
  const [, scheme, rest] = /^(https?:\/\/)([:/].*)$/.exec(ready.http) ?? [];
  return `curl -fs -o /dev/null ${rest === undefined ? quote(ready.http) : `${scheme}"${address}"${quote(rest)}`}`;
}

function started(container: ContainerPlan, start: string): readonly string[] {
  const uploads = container.uploads.flatMap((one) => uploadLines(one, container.name));
  return [...secretsNote(container.stdin), createLine(container), ...uploads, `${start} ${container.name}`];
}

function uploadLines(upload: Upload, container: string): readonly string[] {
  switch (upload.type) {
    case 'folder':
      return copyLines(upload.hostPath, upload.exclude, `docker cp - ${container}:${upload.target}`, upload.owner);
    case 'file':
      return [
        `tar -cP --transform ${quote(`s|${upload.hostPath}|${upload.target}|`)} ${quote(upload.hostPath)} | docker cp - ${container}:/`,
      ];
    case 'identity':
      return [`# ${upload.userName} (${upload.uid}:${upload.gid}) gets entries in passwd and group, and ${upload.home}`];
  }
}

const secretsNote = (stdin: ContainerPlan['stdin']): readonly string[] =>
  stdin !== 'secrets' ? [] : [`# secrets arrive on standard input and are written to ${SECRETS_DIR}`];

function createLine(container: ContainerPlan): string {
  const [entrypoint, ...first] = container.entrypoint ?? [];
  return [
    'docker create',
    `--name ${container.name}`,
    ...(container.init ? ['--init'] : []),
    ...(container.stdin === 'none' ? [] : ['-i']),
    ...(container.user ? [`--user ${container.user}`] : []),
    ...container.groups.map((group) => `--group-add ${group}`),
    ...(container.dir ? [`--workdir ${quote(container.dir)}`] : []),
    ...networkFlags(container.network),
    ...container.mounts.map(mountFlag),
    ...limitFlags(container),
    ...rightFlags(container),
    ...Object.entries(container.env).map(([name, value]) => `--env ${quote(`${name}=${value}`)}`),
    ...(entrypoint ? [`--entrypoint ${quote(entrypoint)}`] : []),
    quote(container.image),
    ...[...first, ...container.command].map(quote),
  ].join(' ');
}

function networkFlags(network: NetworkMode): readonly string[] {
  if (network.type === 'default') return [];
  if (network.type === 'network') return [`--network ${network.name}`, ...network.aliases.map((alias) => `--network-alias ${alias}`)];
  return [`--network ${network.type === 'container' ? `container:${network.container}` : network.type}`];
}

function mountFlag(mount: Mount): string {
  if (mount.type === 'tmpfs') return `--tmpfs ${quote(`${mount.target}${mount.sizeBytes ? `:size=${mount.sizeBytes}` : ''}`)}`;
  const source = mount.type === 'bind' ? mount.daemonPath : mount.volume;
  const part = mount.type === 'volume' && mount.subpath ? `,volume-subpath=${mount.subpath}` : '';
  return `--mount ${quote(`type=${mount.type},source=${source},target=${mount.target}${part}${mount.readOnly ? ',readonly' : ''}`)}`;
}

const limitFlags = ({ resources }: ContainerPlan): readonly string[] => [
  ...(resources.cpus === undefined ? [] : [`--cpus ${resources.cpus}`]),
  ...(resources.memoryBytes === undefined ? [] : [`--memory ${resources.memoryBytes}`]),
  ...(resources.pids === undefined ? [] : [`--pids-limit ${resources.pids}`]),
  ...(resources.gpus === 'none' ? [] : [`--gpus ${resources.gpus}`]),
];

const rightFlags = (container: ContainerPlan): readonly string[] => [
  ...(container.privileged ? ['--privileged'] : ['--security-opt no-new-privileges']),
  ...container.capAdd.map((one) => `--cap-add ${one}`),
  ...container.capDrop.map((one) => `--cap-drop ${one}`),
  ...container.devices.map((one) => `--device ${quote(one)}`),
  ...(container.readOnly ? ['--read-only'] : []),
  ...(container.runtime ? [`--runtime ${container.runtime}`] : []),
];

const execLine = (exec: ExecPlan): string =>
  [
    'docker exec',
    ...(exec.stdin === 'secrets' ? ['-i'] : []),
    ...(exec.user ? [`--user ${exec.user}`] : []),
    ...(exec.dir ? [`--workdir ${quote(exec.dir)}`] : []),
    ...Object.entries(exec.env).map(([k, v]) => `--env ${quote(`${k}=${v}`)}`),
    exec.container,
    ...exec.command.map(quote),
  ].join(' ');

const processLine = ({ dir, env, command }: ProcessPlan): string =>
  `(cd ${quote(dir)} && env -i ${[...Object.entries(env).map(([k, v]) => quote(`${k}=${v}`)), ...command.map(quote)].join(' ')})`;

function artifactLines({ from, paths, to }: StepOf<'artifacts'>): readonly string[] {
  const note = `# of these: ${paths.join(' ')}`;
  if ('container' in from) return [note, `docker cp ${from.container}:${from.dir}/. ${quote(to ?? '.')}`];
  return to === undefined ? [`# they stay in ${from.folder}: ${paths.join(' ')}`] : [note, `cp -a ${quote(from.folder)}/. ${quote(to)}`];
}
