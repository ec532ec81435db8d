import type { ClusterPlan } from '../../plan/kubernetes.ts';
import type { Env } from '../../spec/spec.ts';
import { cliEnvironment } from '../docker/cli-environment.ts';
import type { Endpoint } from '../docker/endpoint.ts';
import type { Waiting } from '../ports/kubernetes.ts';
import type { OutputStream } from '../ports.ts';
import { runTool, type ToolEnd } from '../tool.ts';

const INSTALL =
  'Install kind: a package of that name on Debian and in Homebrew, or `go install sigs.k8s.io/kind@latest`; it needs the Docker CLI beside it.';
/** kind makes nothing that would have to be put away in order: its containers are removed by their label. */
const GRACE_MS = 500;

/**
 * `kind create cluster`, which keeps what it made when it fails, so that somebody can look at it. It sees no kubeconfig of the
 * user's: it would add the cluster to it, and make it the current one.
 */
export function runKind(endpoint: Endpoint, plan: ClusterPlan, options: Waiting & { readonly environment: Env }): Promise<ToolEnd> {
  const { environment, onOutput, onProgress, signal } = options;
  const { name, nodeImage, network, kindKubeconfig, config, marker } = plan;
  const { KUBECONFIG: _, ...kept } = environment;
  const [markerName = '', id = ''] = marker.split('=');
  return runTool({
    command: [
      'kind',
      'create',
      'cluster',
      '--name',
      name,
      '--image',
      nodeImage,
      '--kubeconfig',
      kindKubeconfig,
      '--retain',
      '--config',
      '-',
    ],
    env: {
      ...cliEnvironment(endpoint, kept),
      KIND_EXPERIMENTAL_PROVIDER: 'docker',
      KIND_EXPERIMENTAL_DOCKER_NETWORK: network,
      [markerName]: id,
    },
    install: INSTALL,
    stdin: Buffer.from(JSON.stringify(config)),
    onOutput: (stream: OutputStream, chunk: Uint8Array) => {
      for (const line of phasesIn(chunk)) onProgress(line);
      return onOutput(stream, chunk);
    },
    signal,
    killAfterMs: () => GRACE_MS,
  });
}

/** `kind load docker-image`, to its end; what it could not do is seen on the nodes. */
export function kindLoad(
  endpoint: Endpoint,
  cluster: string,
  { names, environment, onOutput, signal }: Waiting & { readonly names: readonly string[]; readonly environment: Env },
): Promise<ToolEnd> {
  const command: [string, ...string[]] = ['kind', 'load', 'docker-image', '--name', cluster, ...names];
  const env = { ...cliEnvironment(endpoint, environment), KIND_EXPERIMENTAL_PROVIDER: 'docker' };
  return runTool({ command, env, install: INSTALL, onOutput, signal, killAfterMs: () => GRACE_MS });
}

/** What `kind version` says. */
export async function kindVersion(environment: Env): Promise<string> {
  const signal = AbortSignal.timeout(VERSION_MS);
  const silent = { onOutput: () => {}, signal, killAfterMs: () => 0 };
  const { lastLines } = await runTool({ command: ['kind', 'version'], env: environment, install: INSTALL, ...silent });
  return lastLines.join(' ');
}

const VERSION_MS = 5_000;

/** ` • Starting control-plane 🕹️  ...` is a phase that has begun. */
const phasesIn = (chunk: Uint8Array): readonly string[] =>
  [
    ...Buffer.from(chunk)
      .toString()
      .matchAll(/^ • (.+?)\s*\.\.\.\s*$/gm),
  ].map(([, phase = '']) =>
    phase
      .replace(/[^\x20-\x7e]/g, '')
      .trim()
      .toLowerCase(),
  );
