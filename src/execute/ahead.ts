import { setMaxListeners } from 'node:events';
import type { Poised } from '../engine/ports.ts';
import type { ContainerPlan, Step } from '../plan/plan.ts';
import type { Scope } from './scope.ts';
import type { Surroundings } from './surroundings.ts';

/** A container whose step has not come to its turn. */
interface Begun {
  /** With its command started, where the plan lets it wait for its turn. */
  readonly made: Promise<Poised | undefined>;
  /** Who is told of what takes long: nobody, until the step has its turn. */
  hear: (text: string) => void;
}

/** Makes containers before their turn, beside whatever runs: what is left then is to start them, or to let them go. */
export class Ahead {
  readonly #begun = new Map<string, Begun>();
  readonly #scope: Scope;
  readonly #around: Surroundings;

  constructor(scope: Scope, around: Surroundings) {
    this.#scope = scope;
    this.#around = around;
    setMaxListeners(0, around.stops.signal);
  }

  /** What goes wrong is told when the step asks for its container. */
  begin(step: Step): void {
    const container = containerOf(step);
    if (!container || this.#begun.has(container.name) || this.#around.stops.signal.aborted) return;
    const begun: Begun = { made: this.#poised(step, container, (text) => begun.hear(text)), hear: () => {} };
    begun.made.catch(() => {});
    this.#begun.set(container.name, begun);
  }

  /** The container that was begun, or a new one; each is handed out once. What waits for its turn comes along. */
  take(container: ContainerPlan, onProgress: (text: string) => void): Promise<Poised | undefined> {
    const begun = this.#begun.get(container.name);
    this.#begun.delete(container.name);
    if (!begun) return this.#made(container, onProgress).then(() => undefined);
    begun.hear = onProgress;
    return begun.made;
  }

  /** No creation and no start is under way when it resolves: only then may the scope be closed. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#begun.values()].map(({ made }) => made));
  }

  async #poised(step: Step, container: ContainerPlan, onProgress: (text: string) => void): Promise<Poised | undefined> {
    await this.#made(container, onProgress);
    const waits = step.kind === 'task' && step.place.in === 'container' && step.place.early;
    return waits && !this.#around.stops.signal.aborted ? this.#around.engines.containers.poise(container.name) : undefined;
  }

  /** Owned, created, and with its files brought in. */
  async #made(container: ContainerPlan, onProgress: (text: string) => void): Promise<void> {
    const { engines, stops } = this.#around;
    const create = (): Promise<void> => engines.containers.create(container, { onProgress, signal: stops.signal });
    await this.#scope.creating({ kind: 'container', name: container.name }, create);
    for (const upload of container.uploads) await engines.containers.upload(container.name, upload);
  }
}

function containerOf(step: Step): ContainerPlan | undefined {
  if (step.kind === 'container') return step.container;
  return step.kind === 'task' && step.place.in === 'container' ? step.place.container : undefined;
}
