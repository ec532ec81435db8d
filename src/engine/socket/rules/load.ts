import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Archived, readArchive } from '../archive.ts';
import { Refusal } from '../refusal.ts';
import { type Guard, type Rule, STREAM } from '../rule.ts';
import { bookName, unbook } from './images.ts';

/**
 * An archive brings its own names, and the daemon would move each of them to what the archive holds, whoever has it. So it
 * is put aside, read, and sent on only when the names are free. The names go into the book before that: nothing in an
 * archive can be labelled.
 */
export const loadImages: Rule = {
  about: 'passed on when nobody else has the names in the archive; they go with the run',
  async apply({ stream }, guard) {
    const file = path.join(guard.plan.folder, `archive-${crypto.randomUUID()}.tar`);
    const booked: string[] = [];
    const after = async (): Promise<void> => {
      await rm(file, { force: true });
      await unbook(booked, guard);
    };
    try {
      for (const image of await readArchive(stream, file)) booked.push(...(await claim(image, guard)));
    } catch (thrown) {
      await after();
      throw thrown;
    }
    return { body: { type: 'stream', from: createReadStream(file) }, answer: STREAM, after };
  },
};

/** Names that are about to become the run's, and are in the book when it resolves. */
async function claim({ id, names }: Archived, guard: Guard): Promise<readonly string[]> {
  const { own } = guard;
  const fresh: string[] = [];
  for (const name of names) {
    const found = await own.imageBy(name);
    if (found && found.Id !== id && !own.owns(found, name))
      throw new Refusal(409, `the archive holds ${name}, a name that an image has which this run did not make`);
    if (found?.Id !== id) fresh.push(name);
  }
  if (names.length === 0 && (await own.imageBy(id)) === undefined) fresh.push(id);
  for (const name of fresh) await bookName(name, guard);
  return fresh;
}
