import type { Guard } from '../rule.ts';
import { bookName, unbook } from '../rules/images.ts';
import { messageIn } from './grpc.ts';
import { builtIds } from './solve.ts';

export type Booked = readonly string[];

/** A build that a client drives itself can make an image without labels: its names are known before, its id only after. */
export async function bookNames(names: readonly string[], guard: Guard): Promise<Booked> {
  for (const name of names) await bookName(name, guard);
  return names;
}

/** After a build: what has labels needs no book, and what did not come to be has no owner. */
export async function bookBuilt(answer: Buffer, booked: Booked, guard: Guard): Promise<void> {
  const { own } = guard;
  for (const id of answer.length === 0 ? [] : builtIds(messageIn(answer))) {
    const image = await own.imageBy(id);
    if (image && !own.has(image.Config?.Labels) && !image.RepoTags?.length) await bookName(id, guard);
  }
  await unbook(booked, guard);
}
