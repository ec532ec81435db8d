/** How long after an interrupt somebody slow is still waited for. */
const AFTER_INTERRUPT_MS = 1_000;

interface Wait {
  readonly settle: () => void;
  readonly giveUp: () => void;
}

/**
 * Waits for slow onlookers without end while a run is well, and for a second once it was interrupted: a reader that
 * stopped reading must not stand between a Ctrl-C and the cleanup.
 */
export class Patience {
  readonly #waits: Set<Wait> = new Set();
  #isShort = false;

  /** Settles with the promise, which must not reject; `onGiveUp` is called before, when it took too long. */
  until(promise: Promise<unknown>, onGiveUp: () => void): Promise<void> {
    const { promise: settled, resolve } = Promise.withResolvers<void>();
    const wait: Wait = { settle: resolve, giveUp: onGiveUp };
    this.#waits.add(wait);
    if (this.#isShort) this.#limit(wait);
    void promise.then(() => this.#settle(wait));
    return settled;
  }

  /** From now on patience is short, also with those who are waited for already. */
  shorten(): void {
    if (this.#isShort) return;
    this.#isShort = true;
    for (const wait of this.#waits) this.#limit(wait);
  }

  #limit(wait: Wait): void {
    setTimeout(() => {
      if (this.#waits.has(wait)) wait.giveUp();
      this.#settle(wait);
    }, AFTER_INTERRUPT_MS).unref();
  }

  #settle(wait: Wait): void {
    this.#waits.delete(wait);
    wait.settle();
  }
}
