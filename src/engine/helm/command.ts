import type { ReleasePlan } from '../../plan/kubernetes.ts';
import type { Env } from '../../spec/spec.ts';

export type Command = readonly [file: string, ...args: string[]];

export const HOW_TO_GET_HELM = 'Install Helm 3.10 or newer: https://helm.sh/docs/intro/install/';

/** Would lead Helm to another cluster or namespace, or let it keep its releases where nobody looks. */
const MISLEADING = /^(KUBE\w*|HELM_(KUBE\w*|NAMESPACE|DRIVER\w*|DEBUG))$/;

/** The user's own repositories and credentials stay in use. */
export const helmEnvironment = (environment: Env): Env =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !MISLEADING.test(name)));

/** Without `--wait`: the runner watches for itself. Values keep their types, so that `"1.10"` stays a text. */
export const installCommand = (plan: ReleasePlan): Command => [
  'helm',
  'install',
  plan.release,
  plan.chart,
  ...common(plan),
  '--create-namespace',
  ...plan.values.flatMap((file) => ['--values', file]),
  ...Object.entries(plan.set).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]),
];

export const testCommand = (plan: ReleasePlan): Command => ['helm', 'test', plan.release, ...common(plan)];

export const dependencyCommand = (chart: string, isLocked: boolean): Command => [
  'helm',
  'dependency',
  isLocked ? 'build' : 'update',
  chart,
];

const common = ({ kubeconfig, namespace, timeoutMs }: ReleasePlan): readonly string[] => [
  '--kubeconfig',
  kubeconfig,
  '--namespace',
  namespace,
  '--timeout',
  `${Math.ceil(timeoutMs / 1000)}s`,
];
