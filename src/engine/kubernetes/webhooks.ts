import { setTimeout as delay } from 'node:timers/promises';
import type { ValidatingWebhook, ValidatingWebhookConfiguration } from 'kubernetes-types/admissionregistration/v1.js';
import { RunnerError } from '../../errors.ts';
import type { Waiting } from '../ports/kubernetes.ts';
import { type Api, ApiRefusal } from './api.ts';
import type { Cluster } from './cluster.ts';
import { type KubeObject, type ObjectRef, refText, selects } from './object.ts';

const CONFIGURATIONS: Readonly<Record<string, string>> = {
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io': 'validatingwebhookconfigurations',
  'MutatingWebhookConfiguration.admissionregistration.k8s.io': 'mutatingwebhookconfigurations',
};
const RETRY_MS = 100;

/**
 * A webhook whose pod is ready may not answer yet, and then the next object it is to judge is refused. So it is asked, by creating
 * such an object without keeping it. A webhook for kinds that are not in SAMPLES, or for changes only, is not asked.
 */
export async function untilWebhooksAnswer(
  cluster: Cluster,
  { targets, timeoutMs }: { readonly targets: readonly ObjectRef[]; readonly timeoutMs: number },
  { signal, onProgress }: Pick<Waiting, 'signal' | 'onProgress'>,
): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  const configurations = targets.filter(({ type }) => CONFIGURATIONS[type]);
  for (const target of configurations) {
    for (let told = ''; ; ) {
      signal.throwIfAborted();
      const silence = await silenceOf(target, cluster.api);
      if (silence === undefined) break;
      if (Date.now() >= deadlineMs) throw silent(target, silence, timeoutMs);
      if (silence !== told) onProgress(`${refText(target)}: ${silence}`);
      told = silence;
      await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}

const silent = (target: ObjectRef, silence: string, timeoutMs: number): RunnerError =>
  new RunnerError('workload.not-ready', `${refText(target)} does not answer within ${timeoutMs / 1000} s: ${silence}`, {
    hint: "Look at the lines of the webhook's pod, and at its certificate.",
  });

/** What the API server says that it can't call. Undefined: every webhook that can be asked has answered, whatever it said. */
async function silenceOf({ type, name }: ObjectRef, api: Api): Promise<string | undefined> {
  const path = `/apis/admissionregistration.k8s.io/v1/${CONFIGURATIONS[type]}/${name}`;
  const configuration = await api.find<ValidatingWebhookConfiguration>({ path });
  const namespaces = await api.json<{ items: readonly KubeObject[] }>({ path: '/api/v1/namespaces' });
  for (const webhook of configuration?.webhooks ?? []) {
    const silence = await ask(webhook, namespaces.items, api);
    if (silence !== undefined) return silence;
  }
  return undefined;
}

async function ask(webhook: ValidatingWebhook, namespaces: readonly KubeObject[], api: Api): Promise<string | undefined> {
  const namespace = namespaces.find(({ metadata }) => selects(webhook.namespaceSelector ?? {}, metadata.labels))?.metadata.name;
  const sample = SAMPLES.find(({ group, resource }) => webhook.rules?.some((rule) => covers(rule, group, resource)));
  if (!namespace || !sample) return undefined;
  const metadata = { generateName: 'runner-asks-', namespace, labels: webhook.objectSelector?.matchLabels ?? {} };
  const path = sample.path.replace('NAMESPACE', namespace);
  try {
    await api.json({ method: 'POST', path, query: { dryRun: 'All' }, body: { ...sample.body, metadata } });
    return undefined;
  } catch (error) {
    return error instanceof ApiRefusal && !/failed calling webhook/.test(error.message) ? undefined : (error as Error).message;
  }
}

/** The package of types leaves out what the rule inherits. */
interface Covering {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly operations?: readonly string[];
}

function covers({ apiGroups = [], resources = [], operations = [] }: Covering, group: string, resource: string): boolean {
  const named = (list: readonly string[], one: string): boolean => list.includes('*') || list.includes(one);
  return named(operations, 'CREATE') && named(apiGroups, group) && (named(resources, resource) || resources.includes('*/*'));
}

const POD = { containers: [{ name: 'none', image: 'none' }] };
const LABELS = { app: 'runner-asks' };
const APPS = { selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec: POD } };

/** The smallest valid object of each kind that webhooks usually judge. */
const SAMPLES: readonly { readonly group: string; readonly resource: string; readonly path: string; readonly body: object }[] = [
  core('configmaps', 'ConfigMap', {}),
  core('secrets', 'Secret', {}),
  core('serviceaccounts', 'ServiceAccount', {}),
  core('services', 'Service', { spec: { ports: [{ port: 80 }] } }),
  core('pods', 'Pod', { spec: POD }),
  sample('apps', 'deployments', { kind: 'Deployment', spec: APPS }),
  sample('apps', 'statefulsets', { kind: 'StatefulSet', spec: { ...APPS, serviceName: 'none' } }),
  sample('apps', 'daemonsets', { kind: 'DaemonSet', spec: APPS }),
  sample('batch', 'jobs', { kind: 'Job', spec: { template: { spec: { ...POD, restartPolicy: 'Never' } } } }),
  sample('networking.k8s.io', 'ingresses', {
    kind: 'Ingress',
    spec: {
      rules: [
        {
          host: 'runner-asks.invalid',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'none', port: { number: 80 } } } }] },
        },
      ],
    },
  }),
];

function core(resource: string, kind: string, rest: object) {
  return { group: '', resource, path: `/api/v1/namespaces/NAMESPACE/${resource}`, body: { apiVersion: 'v1', kind, ...rest } };
}

function sample(group: string, resource: string, body: object) {
  const apiVersion = `${group}/v1`;
  return { group, resource, path: `/apis/${apiVersion}/namespaces/NAMESPACE/${resource}`, body: { apiVersion, ...body } };
}
