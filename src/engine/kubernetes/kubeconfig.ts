import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { RunnerError } from '../../errors.ts';

/** How one cluster's API is reached. */
export interface ApiAddress {
  /** `https://127.0.0.1:41234`. */
  readonly server: string;
  /** As the kubeconfig calls it: kind's are `kind-<name>`. */
  readonly cluster: string;
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly token: string | undefined;
}

interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: { readonly cluster: string; readonly user: string } }[];
  readonly clusters?: readonly {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data'?: string };
  }[];
  readonly users?: readonly {
    readonly name: string;
    readonly user: { readonly 'client-certificate-data'?: string; readonly 'client-key-data'?: string; readonly token?: string };
  }[];
}

/** The current context of a kubeconfig that holds its certificates or a token itself, as kind writes it. */
export async function readKubeconfig(file: string): Promise<ApiAddress> {
  try {
    return addressOf(parse(await readFile(file, 'utf8')) as Kubeconfig);
  } catch (cause) {
    throw new RunnerError('cluster.unreachable', `the kubeconfig of the cluster can't be used: ${(cause as Error).message}`, {
      detail: [file],
      cause,
    });
  }
}

function addressOf(config: Kubeconfig): ApiAddress {
  const context = named(config.contexts, config['current-context'] ?? '').context;
  const { cluster, name } = named(config.clusters, context.cluster);
  const { user } = named(config.users, context.user);
  return {
    server: cluster.server,
    cluster: name,
    ca: bytes(cluster['certificate-authority-data']),
    cert: bytes(user['client-certificate-data']),
    key: bytes(user['client-key-data']),
    token: user.token,
  };
}

function named<T extends { readonly name: string }>(list: readonly T[] | undefined, name: string): T {
  const found = list?.find((one) => one.name === name);
  if (!found) throw new Error(`it has no entry called \`${name}\``);
  return found;
}

const bytes = (base64: string | undefined): Buffer | undefined => (base64 === undefined ? undefined : Buffer.from(base64, 'base64'));
