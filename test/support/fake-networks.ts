import type { FakeContainer } from './fake-containers-script.ts';

/** Who is in which network of the fake. */
export class FakeNetworks {
  readonly #containers: ReadonlyMap<string, FakeContainer>;
  readonly #alone = new Set<string>();

  constructor(containers: ReadonlyMap<string, FakeContainer>) {
    this.#containers = containers;
  }

  within(network: string): readonly string[] {
    return [...this.#containers]
      .filter(([, { status, plan }]) => status === 'running' && plan.network.type === 'network' && plan.network.name === network)
      .flatMap(([name]) => (this.#alone.has(name) ? [] : [name]));
  }

  /** False, and nothing happens, where somebody else is in it. */
  empty(network: string, own: ReadonlySet<string>): boolean {
    const within = this.within(network);
    const isOwn = within.every((container) => own.has(container));
    if (isOwn) for (const container of within) this.#alone.add(container);
    return isOwn;
  }
}
