import { quote } from './command.ts';
import type { CheckPlan, ClusterPlan, LoadedImage, ManifestsPlan, ReleasePlan } from './plan.ts';

/** The lines of a script that make a cluster as the runner does, but one thing after the other. */
export const clusterLines = ({ name, network, nodeImage, config, kubeconfig, internalKubeconfig }: ClusterPlan): readonly string[] => [
  `KIND_EXPERIMENTAL_DOCKER_NETWORK=${network} kind create cluster --name ${name} --image ${quote(nodeImage)} --kubeconfig ${quote(kubeconfig)} --wait 120s --config - <<'CONFIG'`,
  JSON.stringify(config),
  'CONFIG',
  `docker update --restart=no $(kind get nodes --name ${name}) >/dev/null`,
  `kind get kubeconfig --internal --name ${name} >${quote(internalKubeconfig)}`,
  `export KUBECONFIG=${quote(kubeconfig)}`,
  'until kubectl get serviceaccount default >/dev/null 2>&1; do sleep 0.2; done',
];

/** One line an image: kind takes images of the daemon and archives in different commands. */
export const loadLines = (cluster: string, images: readonly LoadedImage[]): readonly string[] =>
  images.map((one) =>
    'image' in one
      ? `${one.as === undefined ? '' : `docker tag ${one.image} ${one.as} && `}kind load docker-image --name ${cluster} ${quote(one.as ?? one.image)}`
      : `kind load image-archive --name ${cluster} ${quote(one.archive)}`,
  );

export const manifestLines = ({ files, timeoutMs }: ManifestsPlan): readonly string[] => [
  `kubectl apply --server-side ${files.map((file) => `-f ${quote(file)}`).join(' ')}`,
  `kubectl wait deployments --all --all-namespaces --for condition=Available --timeout ${timeoutMs / 1000}s`,
];

export const releaseLines = ({ release, chart, namespace, values, set, timeoutMs, test }: ReleasePlan): readonly string[] => [
  [
    'helm upgrade --install --wait --create-namespace',
    `--namespace ${namespace}`,
    `--timeout ${timeoutMs / 1000}s`,
    ...values.map((file) => `--values ${quote(file)}`),
    ...Object.entries(set).map(([path, value]) => `${typeof value === 'string' ? '--set-string' : '--set'} ${quote(`${path}=${value}`)}`),
    release,
    quote(chart),
  ].join(' '),
  ...(test ? [`helm test --namespace ${namespace} --logs ${release}`] : []),
];

/** A page is asked for where a script can: at the first node, on the port of whatever service has one for its port 80 or 443. */
export function checkLines(check: CheckPlan): readonly string[] {
  if ('ready' in check) {
    const { kind, name, namespace } = check.ready;
    return [`kubectl rollout status --namespace ${namespace} --timeout ${check.timeoutMs / 1000}s ${quote(`${kind}/${name}`)}`];
  }
  const { host, path, tls, contains } = check.http;
  const [scheme, port] = tls ? ['https', 443] : ['http', 80];
  return [
    `port=$(kubectl get services --all-namespaces -o jsonpath='{.items[*].spec.ports[?(@.port==${port})].nodePort}' | cut -d' ' -f1)`,
    `node=$(kubectl get nodes -o jsonpath='{.items[0].status.addresses[?(@.type=="InternalIP")].address}')`,
    `until curl -fsk --resolve ${quote(host)}:"$port":"$node" ${quote(`${scheme}://${host}`)}:"$port"${quote(path)} | grep -qF ${quote(contains ?? '')}; do sleep 0.5; done`,
  ];
}
