import { execFileSync, spawnSync } from 'node:child_process';

export interface TestNode {
  /** By which the runner finds it. */
  readonly cluster: string;
  /** Runs a program in it: standard output. */
  exec(...command: readonly string[]): string;
  remove(): void;
}

/** A node as kind starts it, without Kubernetes: its container runtime is there within seconds, and is all that images need. */
export function makeNode(cluster: string): TestNode {
  const name = `${cluster}-control-plane`;
  const labels = ['--label', `io.x-k8s.kind.cluster=${cluster}`, '--label', 'io.x-k8s.kind.role=control-plane'];
  const places = ['--tmpfs', '/tmp', '--tmpfs', '/run', '--volume', '/var', '--volume', '/lib/modules:/lib/modules:ro'];
  const rights = ['--privileged', '--security-opt', 'seccomp=unconfined', '--cgroupns=private'];
  execFileSync('docker', ['run', '--detach', '--name', name, ...labels, ...places, ...rights, 'kindest/node:v1.34.4']);
  return {
    cluster,
    exec: (...command) => execFileSync('docker', ['exec', name, ...command], { encoding: 'utf8' }),
    remove: () => void spawnSync('docker', ['rm', '--force', '--volumes', name]),
  };
}

/** An image of this machine's daemon: a layer of so many bytes that nothing compresses, and a small one on it with this text in `/text`. */
export function makeImage(name: string, { bytes, text }: { readonly bytes: number; readonly text: string }): void {
  const dockerfile = `FROM busybox:1\nRUN head -c ${bytes} /dev/urandom >/large\nRUN echo ${text} >/text\n`;
  execFileSync('docker', ['build', '--quiet', '--tag', name, '-'], { input: dockerfile });
}
