import type { Api } from './api.ts';
import { type TypeName, typeOf } from './object.ts';

/** A kind that the server knows. */
export interface Kind {
  readonly type: TypeName;
  readonly apiVersion: string;
  /** Where objects of all namespaces are listed: `/apis/apps/v1/deployments`. */
  readonly path: string;
  readonly namespaced: boolean;
}

/** What one server can be asked for. It is looked up once, and again when something is not known, as after a CustomResourceDefinition. */
export class Kinds {
  readonly #api: Api;
  #known: readonly Kind[] = [];

  constructor(api: Api) {
    this.#api = api;
  }

  /** In this version, or in the one that the server prefers. */
  async find(type: TypeName, apiVersion?: string): Promise<Kind | undefined> {
    const fits = (kind: Kind): boolean => kind.type === type && (apiVersion ?? kind.apiVersion) === kind.apiVersion;
    if (!this.#known.some(fits)) await this.#discover();
    return this.#known.find(fits);
  }

  /** By its bare name, whatever the group (`Ingress`), or with the group where that has to be said. */
  async named(name: string): Promise<Kind | undefined> {
    if (this.#known.length === 0) await this.#discover();
    return this.#known.find(({ type }) => type === name || type.split('.')[0] === name);
  }

  /** Sorted as the server prefers them: the core first, of each group the newest stable version. */
  async #discover(): Promise<void> {
    const lists = await Promise.all(['/api', '/apis'].map((path) => this.#api.json<Discovery>({ path, accept: DISCOVERY })));
    this.#known = lists.flatMap(({ items }) => items.flatMap(kindsOf));
  }
}

export function pathOf(kind: Kind, { namespace, name }: { readonly namespace?: string | undefined; readonly name?: string }): string {
  const cut = kind.path.lastIndexOf('/');
  const folder = kind.namespaced && namespace ? `${kind.path.slice(0, cut)}/namespaces/${namespace}${kind.path.slice(cut)}` : kind.path;
  return name === undefined ? folder : `${folder}/${name}`;
}

/** Everything in one answer, since Kubernetes 1.26. */
const DISCOVERY = ['v2', 'v2beta1'].map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`).join();

interface Discovery {
  readonly items: readonly Group[];
}

interface Group {
  readonly metadata?: { readonly name?: string };
  readonly versions: readonly {
    readonly version: string;
    readonly resources?: readonly {
      readonly resource: string;
      readonly scope: 'Namespaced' | 'Cluster';
      readonly responseKind?: { readonly kind: string };
    }[];
  }[];
}

const kindsOf = ({ metadata, versions }: Group): readonly Kind[] =>
  versions.flatMap(({ version, resources = [] }) => {
    const group = metadata?.name;
    const apiVersion = group ? `${group}/${version}` : version;
    return resources.map(({ resource, scope, responseKind }) => ({
      type: typeOf({ apiVersion, kind: responseKind?.kind ?? resource }),
      apiVersion,
      path: `${group ? '/apis' : '/api'}/${apiVersion}/${resource}`,
      namespaced: scope === 'Namespaced',
    }));
  });
