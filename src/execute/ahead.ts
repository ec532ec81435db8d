import { setMaxListeners } from 'node:events';
import type { ContainerPlan, Step } from '../plan/plan.ts';
import type { Scope } from './scope.ts';
import type { Surroundings } from './surroundings.ts';

/** Makes the container of the next step while a step runs: what is left when its turn comes is to start it. */
export class Ahead {
  readonly #made = new Map<string, Promise<void>>();
  readonly #scope: Scope;
  readonly #around: Surroundings;

  constructor(scope: Scope, around: Surroundings) {
    this.#scope = scope;
    this.#around = around;
    setMaxListeners(0, around.stops.signal);
  }

  /** What goes wrong is told when the step asks for its container. */
  begin(step: Step | undefined): void {
    if (step?.kind !== 'task' || step.place.in !== 'container' || this.#around.stops.signal.aborted) return;
    const { container } = step.place;
    const made = this.make(container, () => {});
    made.catch(() => {});
    this.#made.set(container.name, made);
  }

  /** The container that was begun, or a new one; each is handed out once. */
  take(container: ContainerPlan, onProgress: (text: string) => void): Promise<void> {
    const made = this.#made.get(container.name) ?? this.make(container, onProgress);
    this.#made.delete(container.name);
    return made;
  }

  /** Owned, created, and with its files brought in. */
  async make(container: ContainerPlan, onProgress: (text: string) => void): Promise<void> {
    const { engines, stops } = this.#around;
    this.#scope.own({ kind: 'container', name: container.name });
    await engines.containers.create(container, { onProgress, signal: stops.signal });
    for (const upload of container.uploads) await engines.containers.upload(container.name, upload);
  }

  /** No creation is under way when it resolves: only then may the scope be closed. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#made.values());
  }
}
