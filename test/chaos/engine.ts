import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../support/cli.ts';
import { WORKLOADS, type Workload } from './workloads.ts';

/** A Docker daemon of the suite's own, in a network of its own: nobody else's work is in its inventory, or dies with it. */
export class PrivateEngine {
  readonly #name: string;
  readonly #address: string;

  constructor(name: string) {
    this.#name = name;
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
    execFileSync(
      'sh',
      [
        '-c',
        `docker --host ${this.#address} image inspect ${image} >/dev/null 2>&1 || docker save ${image} | docker --host ${this.#address} load`,
      ],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
  }

  #fixture(command: 'up' | 'down', ...args: readonly string[]): string {
    const env = { ...process.env, RUNNER_ENGINE_NAME: this.#name };
    return execFileSync(path.join(ROOT, 'fixtures/engine', command), args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  }
}

/** With the images of the jobs. CHAOS_ENGINE: for a second suite beside the first. */
export function chaosEngine(part = '', jobs: Readonly<Record<string, Workload>> = WORKLOADS): PrivateEngine {
  const engine = new PrivateEngine(`${process.env['CHAOS_ENGINE'] ?? 'chaos'}${part}`);
  for (const image of new Set(Object.values(jobs).flatMap(({ images }) => images))) engine.load(image);
  return engine;
}
