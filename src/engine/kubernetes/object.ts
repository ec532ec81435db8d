import type { LabelSelector } from 'kubernetes-types/meta/v1.js';

/** Any object of the API, as far as every kind has it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
}

/** `Pod`, `Deployment.apps`, `Ingress.networking.k8s.io`: a kind that can be told from another group's of the same name. */
export type TypeName = string;

/** Which object, whether it is there or not. */
export interface ObjectRef {
  readonly type: TypeName;
  /** Left out: the kind has no namespaces. */
  readonly namespace?: string | undefined;
  readonly name: string;
  /** What the API made of an apply: an older state of the object says nothing. */
  readonly generation?: number | undefined;
}

export function typeOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): TypeName {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return group ? `${kind}.${group}` : kind;
}

/** `Deployment shop/web`: how an object is called in messages. */
export const refText = ({ type, namespace, name }: ObjectRef): string => `${type.split('.')[0]} ${namespace ? `${namespace}/` : ''}${name}`;

/** An empty selector selects everything, a missing one nothing. */
export function selects(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>> = {}): boolean {
  if (!selector) return false;
  const wanted = Object.entries(selector.matchLabels ?? {});
  return wanted.every(([key, value]) => labels[key] === value) && (selector.matchExpressions ?? []).every((one) => holds(one, labels));
}

function holds(
  { key, operator, values = [] }: { key: string; operator: string; values?: string[] },
  labels: Readonly<Record<string, string>>,
): boolean {
  const has = key in labels;
  if (operator === 'Exists') return has;
  if (operator === 'DoesNotExist') return !has;
  const isIn = has && values.includes(labels[key] as string);
  return operator === 'In' ? isIn : !isIn;
}
