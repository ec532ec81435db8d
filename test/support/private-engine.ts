import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './cli.ts';

export interface EngineOptions {
  /** Where Docker keeps its images; left out: as Docker has always done. */
  readonly store?: 'containerd';
}

/** A Docker daemon of the suite's own, in a network of its own: nobody else's work is in its inventory, or dies with it. */
export class PrivateEngine {
  readonly #env: Readonly<Record<string, string>>;
  readonly #address: string;

  constructor(name: string, { store }: EngineOptions = {}) {
    this.#env = { RUNNER_ENGINE_NAME: name, ...(store ? { RUNNER_ENGINE_STORE: store } : {}) };
    this.#address = this.up();
  }

  get address(): string {
    return this.#address;
  }

  get socket(): string {
    return this.#address.replace('unix://', '');
  }

  /** Where its containers' helpers are known by. */
  get execFolder(): string {
    return path.join(path.dirname(this.socket), 'exec');
  }

  /** What a command is written behind to have this engine's ports on its localhost. */
  get beside(): readonly string[] {
    return ['nsenter', `--net=/proc/${this.pid()}/ns/net`];
  }

  /** Start it, or see that it runs. */
  up(): string {
    return this.#fixture('up');
  }

  /** With all that it holds. */
  down(): void {
    this.#fixture('down', '--purge');
  }

  pid(): number {
    return Number(readFileSync(path.join(path.dirname(this.socket), 'docker.pid'), 'utf8'));
  }

  /** Have an image that the daemon of the tests has. */
  load(image: string): void {
    const there = `docker --host ${this.#address} image inspect ${image} >/dev/null 2>&1`;
    const command = `${there} || docker save ${image} | docker --host ${this.#address} load`;
    execFileSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  #fixture(command: 'up' | 'down', ...args: readonly string[]): string {
    const options = { env: { ...process.env, ...this.#env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] } as const;
    return execFileSync(path.join(ROOT, 'fixtures/engine', command), args, { ...options, stdio: [...options.stdio] }).trim();
  }
}
