import { execFileSync, spawnSync } from 'node:child_process';

/** A node as kind starts it, without Kubernetes: its container runtime is there within seconds, and is all that images need. */
export class TestNode {
  readonly #docker: readonly string[];
  readonly #name: string;

  /** `docker`: the address of the daemon that it is on. */
  constructor(cluster: string, docker: string) {
    this.#docker = ['--host', docker];
    this.#name = `${cluster}-control-plane`;
    const labels = ['--label', `io.x-k8s.kind.cluster=${cluster}`, '--label', 'io.x-k8s.kind.role=control-plane'];
    const places = ['--tmpfs', '/tmp', '--tmpfs', '/run', '--volume', '/var', '--volume', '/lib/modules:/lib/modules:ro'];
    const rights = ['--privileged', '--security-opt', 'seccomp=unconfined', '--cgroupns=private'];
    const args = ['run', '--detach', '--name', this.#name, ...labels, ...places, ...rights, 'kindest/node:v1.34.4'];
    execFileSync('docker', [...this.#docker, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** Runs a program in it: standard output. */
  exec(...command: readonly string[]): string {
    return execFileSync('docker', [...this.#docker, 'exec', this.#name, ...command], { encoding: 'utf8' });
  }

  remove(): void {
    spawnSync('docker', [...this.#docker, 'rm', '--force', '--volumes', this.#name]);
  }
}

export interface TestImage {
  readonly name: string;
  /** In `/text`, by a small layer on one that is the same for all. */
  readonly text: string;
  /** Of that layer, which nothing compresses. */
  readonly bytes: number;
}

export function makeImage(docker: string, { name, text, bytes }: TestImage): void {
  const dockerfile = `FROM busybox:1\nRUN head -c ${bytes} /dev/urandom >/large\nRUN echo ${text} >/text\n`;
  execFileSync('docker', ['--host', docker, 'build', '--quiet', '--tag', name, '-'], {
    input: dockerfile,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}
