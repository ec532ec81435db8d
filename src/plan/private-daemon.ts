import type { Spec } from '../spec/spec.ts';
import { type ContainerSetting, imageName, specMounts } from './container.ts';
import type { SocketPart } from './docker-socket.ts';
import { runLabels } from './labels.ts';
import { cacheStep } from './mounts.ts';
import { resourceName } from './names.ts';
import type { ContainerPlan, Mount, PreloadedImage, Step, StepOf, Upload } from './plan.ts';
import { DATA_ROOT, START } from './private-daemon-start.ts';
import { SERVICE_WAVE } from './services.ts';

/** A Docker daemon of the run's own: the container it is, what its steps see of it, what goes in before them and out after. */
export interface DaemonPart {
  readonly container: StepOf<'container'>;
  readonly socket: SocketPart;
  readonly before: readonly Step[];
  readonly after: readonly Step[];
}

/** The socket lies in a volume that daemon and steps share: no port is open, and no certificate is needed. */
const SOCKET_FOLDER = '/run/private-docker';
const SOCKET_FILE = `${SOCKET_FOLDER}/docker.sock`;
const SOCKET = `unix://${SOCKET_FILE}`;
const CERTIFICATES = '/certs';
/** The socket is there long before the daemon reads from it: whoever asks early waits for the answer instead of asking again. */
const START_MS = 60_000;
/** The steps share the daemon's network namespace, so this is the daemon, and so is every port that its containers publish. */
const TLS_ADDRESS = 'tcp://localhost:2376';
const CLIENT = `${CERTIFICATES}/client`;
const TLS_FLAGS = `--host ${TLS_ADDRESS} --tlsverify --tlscacert ${CLIENT}/ca.pem --tlscert ${CLIENT}/cert.pem --tlskey ${CLIENT}/key.pem`;

export function daemonPart(setting: ContainerSetting, uploads: readonly Upload[]): DaemonPart {
  const { spec, context } = setting;
  const labels = runLabels(spec, setting.pattern, context);
  const volume = (part: string): Step => ({
    kind: 'volume',
    name: `${part} volume`,
    when: 'success',
    volume: { name: resourceName(context.run, part), labels },
  });
  const store = spec.dind.store === undefined ? undefined : cacheStep(spec.dind.store, context.facts.caller.uid);
  const data = store?.volume.name ?? resourceName(context.run, 'docker-data');
  const way = wayTo(spec, resourceName(context.run, 'docker-way'));
  const container: ContainerPlan = {
    ...daemonContainer(setting, [...way.daemonMounts, { type: 'volume', volume: data, target: DATA_ROOT, readOnly: false }]),
    uploads,
  };
  const images = spec.dind.preload.map((image): PreloadedImage => preloaded(image, setting));
  const keeps = store !== undefined;
  return {
    container: {
      kind: 'container',
      name: 'private daemon',
      when: 'success',
      role: 'daemon',
      wave: SERVICE_WAVE,
      container,
      ready: { run: way.question, intervalMs: 50, tryMs: START_MS, timeoutMs: START_MS },
    },
    socket: {
      steps: [volume('docker-way'), store ?? volume('docker-data')],
      mounts: way.stepMounts,
      env: way.env,
      notes: ['a Docker daemon of its own, in a privileged container; what it makes goes with that container and its volumes'],
    },
    before:
      images.length > 0 || keeps
        ? [{ kind: 'preload', name: 'images for the private daemon', when: 'success', daemon: container.name, images, kept: keeps }]
        : [],
    after:
      spec.dind.export.length > 0
        ? [{ kind: 'export', name: 'images of the private daemon', when: 'success', daemon: container.name, images: spec.dind.export }]
        : [],
  };
}

interface Way {
  readonly daemonMounts: readonly Mount[];
  readonly stepMounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
  /** Waits for the daemon and says the driver that it stores with; lets every user of the steps in: nobody else sees the volume. */
  readonly question: string;
}

function wayTo({ dind }: Spec, volume: string): Way {
  const mount = (target: string, readOnly: boolean): Mount => ({ type: 'volume', volume, target, readOnly });
  if (dind.tls)
    return {
      daemonMounts: [mount(CERTIFICATES, false)],
      stepMounts: [mount(CERTIFICATES, true)],
      env: { DOCKER_HOST: TLS_ADDRESS, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: CLIENT },
      question: questionTo(TLS_FLAGS, 'until ask version >/dev/null 2>&1; do sleep 0.1; done'),
    };
  return {
    daemonMounts: [mount(SOCKET_FOLDER, false)],
    stepMounts: [mount(SOCKET_FOLDER, false)],
    env: { DOCKER_HOST: SOCKET },
    question: questionTo(
      `--host ${SOCKET}`,
      `until [ -S ${SOCKET_FILE} ]; do sleep 0.02; done; ask version >/dev/null && chmod 666 ${SOCKET_FILE}`,
    ),
  };
}

/** Once the daemon is there, a folder's name tells its driver sooner than `docker info`, which asks all of the client's plugins, too. */
const questionTo = (flags: string, patience: string): string => `ask() { docker ${flags} "$@"; }
${patience} && set -- $(ls ${DATA_ROOT}/image) && if [ $# = 1 ]; then echo "$1"; else ask info --format '{{.Driver}}'; fi`;

/** Files mean the same to it as to the steps: their mounts are at the same places, so a path in one is that path in the other. */
function daemonContainer(setting: ContainerSetting, own: readonly Mount[]): ContainerPlan {
  const { spec, context, network } = setting;
  const { dind, docker } = spec;
  return {
    name: resourceName(context.run, 'docker'),
    image: imageName(dind.image, context.run),
    pull: docker.pull,
    entrypoint: ['sh'],
    command: ['-c', START, 'sh', ...argumentsOf(spec)],
    env: { DOCKER_TLS_CERTDIR: dind.tls ? CERTIFICATES : '' },
    groups: [],
    mounts: [...setting.workspace, ...specMounts(setting).mounts, ...own],
    uploads: [],
    network: network.type === 'network' ? { ...network, aliases: ['docker'] } : network,
    resources: dind.resources,
    init: true,
    privileged: true,
    capAdd: [],
    capDrop: [],
    devices: [],
    readOnly: false,
    labels: runLabels(spec, setting.pattern, context),
    stdin: 'none',
  };
}

/** With certificates, the image's own entrypoint adds the port and makes them; without, it listens nowhere but on the socket. */
function argumentsOf({ dind }: Spec): readonly string[] {
  return [
    ...(dind.tls ? [] : ['dockerd', `--host=${SOCKET}`]),
    ...(dind.tls ? ['--log-level=warn'] : []),
    ...dind.registryMirrors.map((mirror) => `--registry-mirror=${mirror}`),
    ...dind.insecureRegistries.map((registry) => `--insecure-registry=${registry}`),
    ...Object.entries(dind.options).map(([name, value]) => `--${name}=${value}`),
  ];
}

const preloaded = (image: Spec['dind']['preload'][number], { spec, context }: ContainerSetting): PreloadedImage =>
  typeof image === 'string'
    ? { image, name: image, pull: spec.docker.pull }
    : { image: imageName(image, context.run), name: image.build, pull: 'never' };
