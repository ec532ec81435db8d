import type { CheckPlan, ContainerPlan, Mount, Plan, Step } from '../plan/plan.ts';
import { resourceText } from '../plan/resource.ts';
import { resourcesOf } from '../plan/resources-of.ts';

/** A plan for reading: what runs where, what is mounted from where, what will be made and given back. */
export function planText(plan: Plan): string {
  return [
    `${plan.name}  pattern ${plan.pattern}  time-out ${plan.timeoutMs / 1000} s`,
    ...plan.notes.map((note) => `  ${note}`),
    '',
    ...plan.steps.flatMap((step, index) => [
      `${String(index + 1).padStart(3)}  ${step.kind.padEnd(10)} ${step.name}${conditionOf(step)}`,
      ...detailOf(step).map((line) => `       ${line}`),
    ]),
    '',
    'made and given back:',
    ...resourcesOf(plan).map((resource) => `  ${resourceText(resource)}`),
    '',
  ].join('\n');
}

const conditionOf = ({ when, timeoutMs }: Step): string =>
  `${when === 'success' ? '' : `  if ${when}`}${timeoutMs === undefined ? '' : `  time-out ${timeoutMs / 1000} s`}`;

function detailOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'folder':
      return [step.copy ? `${step.path}, a copy of ${step.copy.from}` : step.path];
    case 'build':
      return [`${step.build.tag} from ${step.build.dockerfile}`];
    case 'container':
      return containerLines(step.container);
    case 'task':
      if (step.place.in === 'container') return [...containerLines(step.place.container), ...(step.place.early ? [EARLY] : [])];
      return step.place.in === 'exec' ? [`in ${step.place.exec.container}`] : [`in ${step.place.process.dir}`];
    case 'artifacts':
      return [`${step.paths.join(' ')} ${step.to === undefined ? '(they stay where they are)' : `to ${step.to}`}`];
    case 'preload':
      return step.images.map(({ image, name }) => (image === name ? image : `${image} as ${name}`));
    case 'export':
      return step.images.map(({ image, archive }) => `${image} to ${archive ?? 'the outer daemon'}`);
    case 'cluster':
      return [`${step.cluster.name}: ${step.cluster.nodeImage}, network ${step.cluster.network}`, `kubeconfig ${step.cluster.kubeconfig}`];
    case 'completion':
      return [step.cluster];
    case 'load':
      return step.images.map((one) => ('image' in one ? one.image : one.archive));
    case 'manifests':
      return step.manifests.files;
    case 'helm':
      return [`${step.release.release} from ${step.release.chart}, namespace ${step.release.namespace}`];
    case 'check':
      return [checkText(step.check)];
    case 'probe':
      return step.probe.mounts.map(({ mount }) => mountLine({ ...mount, target: 'reads back' }));
    case 'socket':
      return [step.socket.folder, ...step.socket.mounts.map((mount) => `may be mounted: ${mountLine(mount)}`)];
    case 'network':
      return [step.network.name];
    case 'volume':
    case 'cache':
      return [step.volume.name];
  }
}

function checkText(check: CheckPlan): string {
  if ('ready' in check) return `${check.ready.kind} ${check.ready.name} in ${check.ready.namespace} is ready`;
  const { tls, host, path, status } = check.http;
  return `${tls ? 'https' : 'http'}://${host}${path} answers ${status}`;
}
const EARLY = 'started while the step before it runs, and waits for its turn';

const containerLines = ({ name, image, user, network, mounts }: ContainerPlan): readonly string[] => [
  `${name}: ${image}${user ? ` as ${user}` : ''}, network ${'name' in network ? network.name : network.type === 'container' ? `of ${network.container}` : network.type}`,
  ...mounts.map(mountLine),
];

/** Source and daemon path side by side: the same on this machine, different when the runner is in a container. */
function mountLine(mount: Mount): string {
  const mode = mount.type !== 'tmpfs' && mount.readOnly ? ' (read-only)' : '';
  if (mount.type === 'bind')
    return `${mount.target} ← ${mount.hostPath}${mount.daemonPath === mount.hostPath ? '' : ` (daemon: ${mount.daemonPath})`}${mode}`;
  if (mount.type === 'tmpfs') return `${mount.target} ← memory`;
  const volume = `volume ${mount.volume}${mount.subpath ? `/${mount.subpath}` : ''}`;
  return `${mount.target} ← ${mount.hostPath === undefined ? volume : `${mount.hostPath} (daemon: ${volume})`}${mode}`;
}
