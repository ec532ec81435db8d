import type { Milestone } from '../plan/plan.ts';

/** How far the containers beside the steps have come, for whoever waits for them. Containers are known by their names. */
export class Milestones {
  readonly #reached = new Map<string, PromiseWithResolvers<boolean>>();
  readonly #dismissed = new Set<string>();

  /** What is told first stays true. */
  reached(container: string, milestone: Milestone, ok = true): void {
    this.#of(container, milestone).resolve(ok);
  }

  /** It is about to be ended by us: whatever it exits with from now on is no failure. */
  dismiss(container: string): void {
    this.#dismissed.add(container);
  }

  isDismissed(container: string): boolean {
    return this.#dismissed.has(container);
  }

  /** Its step is over: what it has not reached by now it never will, unless it passed. */
  over(container: string, passed: boolean): void {
    for (const milestone of ['started', 'ready'] as const) this.reached(container, milestone, passed);
  }

  /** False once one of them can't get there any more. */
  async all(wanted: Readonly<Record<string, Milestone>>): Promise<boolean> {
    const told = await Promise.all(Object.entries(wanted).map(([container, milestone]) => this.#of(container, milestone).promise));
    return told.every(Boolean);
  }

  #of(container: string, milestone: Milestone): PromiseWithResolvers<boolean> {
    const key = `${milestone} ${container}`;
    const told = this.#reached.get(key) ?? Promise.withResolvers<boolean>();
    this.#reached.set(key, told);
    return told;
  }
}
