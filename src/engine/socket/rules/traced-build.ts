import { setTimeout as delay } from 'node:timers/promises';
import { LABEL } from '../../../plan/names.ts';
import type { Guard } from '../rule.ts';

interface Listed {
  readonly Id: string;
  readonly ParentId: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly RepoTags?: readonly string[] | null;
}

/** Longer than anything that is looked for, so that no id is lost between two chunks. */
const OVERLAP = 128;
const QUIET_LOOKS = 5;
const BETWEEN_LOOKS_MS = 500;

/**
 * The classic builder makes an image of every step, and labels only the last. It says the id of each; those that were not
 * there before the build were made by it, and are noted, so that they go with the run.
 */
export class TracedBuild {
  readonly #guard: Guard;
  readonly #before: ReadonlySet<string>;
  readonly #said = new Set<string>();
  #tail = '';
  #isWhole = false;

  private constructor(guard: Guard, before: ReadonlySet<string>) {
    this.#guard = guard;
    this.#before = before;
  }

  static async begin(guard: Guard): Promise<TracedBuild> {
    return new TracedBuild(guard, new Set((await allImages(guard)).map(({ Id }) => Id)));
  }

  hear(chunk: Uint8Array): void {
    const text = this.#tail + Buffer.from(chunk).toString('latin1');
    for (const [, id = ''] of text.matchAll(/---(?:>|\\u003e) ([0-9a-f]{12})\b/g)) this.#said.add(id);
    this.#isWhole ||= /Successfully built|"errorDetail"/.test(text);
    this.#tail = text.slice(-OVERLAP);
  }

  /** A build that was cut may make another layer or two before the daemon knows: looked for until nothing new came for two seconds. */
  async over(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_LOOKS; quiet += 1) {
      const fresh = await this.#unbooked();
      for (const { Id } of fresh) {
        this.#guard.own.images.add(Id);
        await this.#guard.book.own({ kind: 'image', name: Id });
      }
      if (this.#isWhole) return;
      if (fresh.length > 0) quiet = 0;
      await delay(BETWEEN_LOOKS_MS);
    }
  }

  /** What was said to be made, and what was made on top of it. */
  async #unbooked(): Promise<readonly Listed[]> {
    const made = new Set<string>();
    const images = (await allImages(this.#guard)).filter(({ Id }) => !this.#before.has(Id));
    const isMade = ({ Id, ParentId }: Listed): boolean => !made.has(Id) && (this.#said.has(Id.slice(7, 19)) || made.has(ParentId));
    for (let more = images.filter(isMade); more.length > 0; more = images.filter(isMade)) for (const { Id } of more) made.add(Id);
    return images.filter(
      ({ Id, Labels, RepoTags }) =>
        made.has(Id) && !this.#guard.own.images.has(Id) && Labels?.[LABEL.run] === undefined && !RepoTags?.length,
    );
  }
}

const allImages = async ({ daemon }: Guard): Promise<readonly Listed[]> =>
  (await daemon.find<readonly Listed[]>('/images/json?all=1')) ?? [];
