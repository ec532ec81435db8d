import { quote } from './command.ts';
import { fullName } from './image-name.ts';
import type { CheckPlan, ClusterPlan, LoadedImage, ManifestsPlan, ReleasePlan } from './plan.ts';

/** The lines of a script that make a cluster as the runner does, but one thing after the other. */
export const clusterLines = ({
  name,
  network,
  nodeImage,
  config,
  kubeconfig,
  internalKubeconfig,
  waitMs,
  cpus,
  memoryBytes,
}: ClusterPlan): readonly string[] => [
  `KIND_EXPERIMENTAL_DOCKER_NETWORK=${network} kind create cluster --name ${name} --image ${quote(nodeImage)} --kubeconfig ${quote(kubeconfig)} --wait ${seconds(waitMs)} --config - <<'CONFIG'`,
  JSON.stringify(config),
  'CONFIG',
  `docker update --restart=no${limits({ cpus, memoryBytes })} $(kind get nodes --name ${name}) >/dev/null`,
  `kind get kubeconfig --internal --name ${name} >${quote(internalKubeconfig)}`,
  `export KUBECONFIG=${quote(kubeconfig)}`,
  'until kubectl get serviceaccount default >/dev/null 2>&1; do sleep 0.2; done',
];

const seconds = (ms: number): string => `${Math.ceil(ms / 1000)}s`;

const limits = ({ cpus, memoryBytes }: { readonly cpus: number | undefined; readonly memoryBytes: number | undefined }): string =>
  [
    ...(cpus === undefined ? [] : [` --cpus ${cpus}`]),
    ...(memoryBytes === undefined ? [] : [` --memory ${memoryBytes} --memory-swap ${memoryBytes}`]),
  ].join('');

/** kind takes images of the daemon and archives in different commands; another name is given where the image is then, on the nodes. */
export const loadLines = (cluster: string, images: readonly LoadedImage[]): readonly string[] =>
  images.flatMap((one) =>
    'archive' in one
      ? [`kind load image-archive --name ${cluster} ${quote(one.archive)}`]
      : [`kind load docker-image --name ${cluster} ${quote(one.image)}`, ...renameLines(cluster, one)],
  );

const renameLines = (cluster: string, { image, as }: { readonly image: string; readonly as?: string }): readonly string[] =>
  as === undefined || as === image
    ? []
    : [
        `for node in $(kind get nodes --name ${cluster}); do docker exec "$node" ctr --namespace k8s.io images tag --force ${quote(fullName(image))} ${quote(fullName(as))}; done`,
      ];

export const manifestLines = ({ files, timeoutMs }: ManifestsPlan): readonly string[] => [
  `kubectl apply --server-side ${files.map((file) => `-f ${quote(file)}`).join(' ')}`,
  `kubectl wait deployments --all --all-namespaces --for condition=Available --timeout ${seconds(timeoutMs)}`,
];

export const releaseLines = ({ release, chart, namespace, values, set, timeoutMs, test }: ReleasePlan): readonly string[] => [
  [
    'helm install --wait --create-namespace --dependency-update',
    `--namespace ${namespace}`,
    `--timeout ${seconds(timeoutMs)}`,
    ...values.map((file) => `--values ${quote(file)}`),
    ...Object.entries(set).map(([path, value]) => `--set-json ${quote(`${path}=${JSON.stringify(value)}`)}`),
    release,
    quote(chart),
  ].join(' '),
  ...(test ? [`helm test --namespace ${namespace} --logs ${release}`] : []),
];

/** What `kubectl` calls ready, by kind; of others their condition of that name. */
const READY: Readonly<Record<string, string>> = {
  Job: 'condition=Complete',
  Namespace: 'jsonpath={.status.phase}=Active',
  PersistentVolumeClaim: 'jsonpath={.status.phase}=Bound',
};
const ROLLED_OUT = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** A page is asked for where a script can: at the first node, on the port of whatever service has one for its port 80 or 443. */
export function checkLines(check: CheckPlan): readonly string[] {
  if ('ready' in check) {
    const { kind, name, namespace } = check.ready;
    const question = ROLLED_OUT.includes(kind) ? 'rollout status' : `wait --for ${quote(READY[kind] ?? 'condition=Ready')}`;
    return [`kubectl ${question} --namespace ${namespace} --timeout ${seconds(check.timeoutMs)} ${quote(`${kind}/${name}`)}`];
  }
  const { host, path, tls, status, contains } = check.http;
  const [scheme, port] = tls ? ['https', 443] : ['http', 80];
  const page = `printf '%s' "$page"`;
  const isRight = [
    `${page} | tail -n 1 | grep -qx ${status}`,
    ...(contains === undefined ? [] : [`${page} | grep -qF ${quote(contains)}`]),
  ];
  return [
    `port=$(kubectl get services --all-namespaces -o jsonpath='{.items[*].spec.ports[?(@.port==${port})].nodePort}' | cut -d' ' -f1)`,
    `node=$(kubectl get nodes -o jsonpath='{.items[0].status.addresses[?(@.type=="InternalIP")].address}')`,
    'tries=0',
    `until page=$(curl -sk -w '\\n%{http_code}' --resolve ${quote(host)}:"$port":"$node" ${quote(`${scheme}://${host}`)}:"$port"${quote(path)}) && ${isRight.join(' && ')}; do`,
    `  tries=$((tries + 1)); [ "$tries" -lt ${Math.ceil(check.timeoutMs / PAUSE_MS)} ]; sleep ${PAUSE_MS / 1000}`,
    'done',
  ];
}

const PAUSE_MS = 500;
