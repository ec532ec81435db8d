import type { KubernetesEngine } from '../ports/kubernetes.ts';
import type { ContainerEngine } from '../ports.ts';
import { apply } from './apply.ts';
import { check } from './check.ts';
import { withCluster } from './cluster.ts';
import { evidence } from './evidence.ts';
import { untilUsable } from './usable.ts';

/** Kubernetes through kubeconfigs. The nodes' containers are asked for what the API does not tell: which ports Docker published. */
export function kubernetesEngine(containers: Pick<ContainerEngine, 'inspect'>): KubernetesEngine {
  return {
    untilUsable: (kubeconfig, options) => withCluster(kubeconfig, (cluster) => untilUsable(cluster, options)),
    apply,
    check: (plan, options) => check(plan, options, (node) => containers.inspect(node)),
    evidence,
  };
}
