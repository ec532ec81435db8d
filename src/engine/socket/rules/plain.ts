import { malformed, Refusal } from '../refusal.ts';
import { NO_BODY, type Rule, STREAM, whole } from '../rule.ts';

/** What the path names was checked, and there is nothing else to check. */
export const pass: Rule = {
  about: 'passed on',
  apply: () => ({ body: NO_BODY, answer: STREAM }),
};

/** For what comes in millions of small pieces. */
export const passBytes: Rule = {
  about: 'passed on byte for byte, on a connection that ends with it',
  apply: () => ({ body: NO_BODY, answer: { type: 'bytes' } }),
};

/** What changes something is seen through to its end: a client that leaves in between could not take it back. */
export const settle: Rule = {
  about: 'passed on without a body, and awaited',
  apply: () => ({ body: NO_BODY, answer: whole((answer) => answer) }),
};

export const passBody: Rule = {
  about: 'passed on with its body as it comes',
  apply: ({ stream }) => ({ body: { type: 'stream', from: stream }, answer: STREAM }),
};

export const passJson: Rule = {
  about: 'passed on with its body, which has to be plain JSON',
  async apply(asked) {
    const value = await asked.body();
    return { body: value ? { type: 'json', value } : NO_BODY, answer: STREAM };
  },
};

export const passAnyImages: Rule = {
  about: 'passed on when every image that it names is visible',
  async apply({ query }, { own }) {
    const names = query.getAll('names');
    if (names.length === 0) throw malformed('no image is named');
    await Promise.all(names.flatMap((name) => name.split(',')).map((name) => own.image(name)));
    return { body: NO_BODY, answer: STREAM };
  },
};

/** Known, and not offered: says why. */
export const refused = (why: string): Rule => ({
  about: `refused: ${why}`,
  apply: () => {
    throw new Refusal(403, why);
  },
});
