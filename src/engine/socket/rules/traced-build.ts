import { LABEL } from '../../../plan/names.ts';
import type { Guard } from '../rule.ts';

interface Listed {
  readonly Id: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly RepoTags?: readonly string[] | null;
}

/** Longer than anything that is looked for, so that no id is lost between two chunks. */
const OVERLAP = 128;

/**
 * The classic builder makes an image of every step, and labels only the last. It says the id of each; those that were not
 * there before the build were made by it, and are noted, so that they go with the run.
 */
export class TracedBuild {
  readonly #guard: Guard;
  readonly #before: ReadonlySet<string>;
  readonly #said = new Set<string>();
  #tail = '';

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
    this.#tail = text.slice(-OVERLAP);
  }

  async over(): Promise<void> {
    const { book, own } = this.#guard;
    const made = (await allImages(this.#guard)).filter(
      ({ Id, Labels, RepoTags }) =>
        this.#said.has(Id.slice(7, 19)) && !this.#before.has(Id) && Labels?.[LABEL.run] === undefined && !RepoTags?.length,
    );
    for (const { Id } of made) {
      own.images.add(Id);
      await book.own({ kind: 'image', name: Id });
    }
  }
}

const allImages = async ({ daemon }: Guard): Promise<readonly Listed[]> =>
  (await daemon.find<readonly Listed[]>('/images/json?all=1')) ?? [];
