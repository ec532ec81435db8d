import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../../src/engine/connect.ts';
import type { Waiting } from '../../src/engine/ports/kubernetes.ts';

/** Under load, a control plane takes minutes. */
export const CLUSTER_MS = 500_000;

/** kubeadm gives up after four minutes. */
const CONFIG = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
kubeadmConfigPatches:
  - "{ kind: ClusterConfiguration, apiServer: { timeoutForControlPlane: 8m } }"
`;

export interface TestCluster {
  readonly kubeconfig: string;
  /** For what a test writes. */
  readonly folder: string;
  /** Standard output. */
  kubectl(...args: readonly string[]): string;
  remove(): void;
}

/** A cluster that some tests share, made by kind itself, with images of this machine's daemon in it. */
export function makeCluster(name: string, images: readonly string[]): TestCluster {
  const folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
  const kubeconfig = path.join(folder, 'kubeconfig');
  const node = `${name}-control-plane`;
  const remove = (): void => {
    spawnSync('kind', ['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfig]);
    spawnSync('docker', ['network', 'rm', name]);
    rmSync(folder, { recursive: true, force: true });
  };
  const env = { ...process.env, KIND_EXPERIMENTAL_DOCKER_NETWORK: name };
  const args = ['create', 'cluster', '--name', name, '--image', 'kindest/node:v1.34.4', '--kubeconfig', kubeconfig, '--config', '-'];
  try {
    execFileSync('kind', args, { env, input: CONFIG, stdio: ['pipe', 'ignore', 'inherit'] });
    const load = `docker save ${images.join(' ')} | docker exec --interactive ${node} ctr --namespace k8s.io images import -`;
    execFileSync('sh', ['-euc', load], { stdio: 'ignore' });
  } catch (error) {
    remove();
    throw error;
  }
  const kubectl = (...rest: readonly string[]): string =>
    execFileSync('kubectl', ['--kubeconfig', kubeconfig, ...rest], { encoding: 'utf8' });
  return { kubeconfig, folder, kubectl, remove };
}

/** The engines with this program of the PATH under the name `helm`; undefined: with none. */
export function enginesWithHelm(program: string | undefined, folder: string): ReturnType<typeof connect> {
  const bin = mkdtempSync(path.join(folder, 'bin-'));
  if (program) symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), path.join(bin, 'helm'));
  const PATH = program ? `${bin}:${process.env['PATH']}` : bin;
  return connect({ environment: { ...(process.env as Record<string, string>), PATH }, context: undefined });
}

/** Waits that tell nobody, until they are over or the signal aborts. */
export const quietly = (signal: AbortSignal = new AbortController().signal): Waiting => ({
  signal,
  onOutput: () => {},
  onProgress: () => {},
});
