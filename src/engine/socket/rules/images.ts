import { quoted } from '../dockerfile.ts';
import { tagged } from '../own.ts';
import { malformed, Refusal } from '../refusal.ts';
import { type Guard, NO_BODY, type Passing, type Rule, STREAM, whole } from '../rule.ts';

/** `repo` and `tag` of a query as one name; empty: the image gets none. */
const nameIn = (query: URLSearchParams, repo = query.get('repo') ?? ''): string => {
  const tag = query.get('tag') ?? '';
  if (repo === '' || repo.includes('@')) return repo;
  return tag === '' ? tagged(repo) : tag.startsWith('sha256:') ? `${repo}@${tag}` : `${repo}:${tag}`;
};

/** A name that nobody has, or the run itself: one tag moved from under another run would be enough to give it another image. */
export async function freeName(name: string, { own }: Guard): Promise<void> {
  const found = name === '' ? undefined : await own.imageBy(name);
  if (found && !own.owns(found, name)) throw new Refusal(409, `the name ${name} is taken by an image that this run did not make`);
}

/** A name for an image that does not carry the run's label is in the book before it exists. */
export async function bookName(name: string, { own, book }: Guard): Promise<void> {
  own.images.add(tagged(name));
  await book.own({ kind: 'image', name: tagged(name) });
}

/** Of names that were booked: those that did not come to be are given back, lest they be taken from somebody else later; labels find the rest. */
export async function unbook(names: readonly string[], { own, book }: Guard): Promise<void> {
  for (const name of names.map(tagged)) {
    const found = await own.imageBy(name);
    if (found && !own.has(found.Config?.Labels)) continue;
    if (own.images.delete(name)) book.removed({ kind: 'image', name });
  }
}

export const tagImage: Rule = {
  about: 'passed on when nobody else has the name; the name goes with the run',
  async apply({ query, names: [source = ''] }, guard) {
    const name = nameIn(query);
    if (name === '') throw malformed('no repository is named');
    const image = await guard.own.image(source);
    await freeName(name, guard);
    if (!guard.own.has(image.Config?.Labels)) await bookName(name, guard);
    return { body: NO_BODY, answer: whole((answer) => answer), after: () => unbook([name], guard) };
  },
};

export const pushImage: Rule = {
  about: 'one tag at a time: without one, the daemon would push those of other runs, too',
  async apply({ query, names: [repo = ''] }, { own }) {
    if (!query.get('tag')) throw malformed(`no tag of ${repo} is named, and other runs may have some`);
    await own.image(nameIn(query, repo));
    return { body: NO_BODY, answer: STREAM };
  },
};

export const removeImage: Rule = {
  about: 'only what the run made, by build, commit, import, load or tag',
  apply: ({ names: [ref = ''] }, { own, book }) => ({
    body: NO_BODY,
    answer: whole((answer) => {
      const name = tagged(ref);
      if (answer.status === 200 && own.images.delete(name)) book.removed({ kind: 'image', name });
      return answer;
    }),
  }),
};

export const pullOrImport: Rule = {
  about: 'pulled images stay, as everywhere in the cache of the daemon; imported ones get the run’s labels',
  async apply(asked, guard) {
    const { query, stream } = asked;
    if (query.get('fromImage')) {
      if (query.get('fromSrc')) throw malformed('either fromImage or fromSrc');
      const found = await guard.own.imageBy(nameIn(query, query.get('fromImage') ?? ''));
      if (found && !guard.own.sees(found)) throw new Refusal(409, 'the name is taken by an image of another run');
      return { body: NO_BODY, answer: STREAM };
    }
    await freeName(nameIn(query), guard);
    const body: Passing['body'] = query.get('fromSrc') === '-' ? { type: 'stream', from: stream } : NO_BODY;
    return { query: withLabels(query, guard), body, answer: STREAM };
  },
};

export const commit: Rule = {
  about: 'of the run’s containers; the image gets the run’s labels',
  async apply(asked, guard) {
    const query = withLabels(asked.query, guard);
    query.set('container', await guard.own.container(query.get('container') ?? ''));
    await freeName(nameIn(query), guard);
    const value = await asked.body();
    return { query, body: value ? { type: 'json', value } : NO_BODY, answer: whole((answer) => answer) };
  },
};

/** Changes come in the words of a Dockerfile, and the last one holds. */
function withLabels(query: URLSearchParams, { plan }: Guard): URLSearchParams {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(plan.labels)) changed.append('changes', `LABEL ${quoted(name)}=${quoted(value)}`);
  return changed;
}
