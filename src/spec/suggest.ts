import { distance } from 'fastest-levenshtein';

/** Who has more names than this is not helped by comparing them all. */
const MOST_COMPARED = 200;

/** The candidate a person most likely meant; undefined when none is near. */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  const plain = plainOf(written.slice(0, MOST_COMPARED));
  const compared = candidates.slice(0, MOST_COMPARED);
  const same = compared.find((candidate) => plainOf(candidate) === plain);
  if (same !== undefined) return same;
  const near = compared
    .map((candidate) => ({ candidate, far: farApart(plain, plainOf(candidate)) }))
    .filter(({ candidate, far }) => isSlip(far, plain, plainOf(candidate)));
  const best = near.toSorted((a, b) => a.far - b.far)[0]?.candidate;
  return best ?? compared.find((candidate) => plain.length >= 3 && (candidate.startsWith(plain) || plain.startsWith(candidate)));
}

const farApart = (a: string, b: string): number => (Math.abs(a.length - b.length) > 2 ? Number.POSITIVE_INFINITY : distance(a, b));

/** A letter, two swapped letters, or two letters of a longer word whose first is right: `stage` was not meant to be `image`. */
function isSlip(far: number, written: string, meant: string): boolean {
  if (far <= 1) return Math.min(written.length, meant.length) > 1;
  return far === 2 && written[0] === meant[0] && (lettersOf(written) === lettersOf(meant) || Math.min(written.length, meant.length) > 5);
}

const lettersOf = (text: string): string => [...text].toSorted().join('');

/** `envFile`, `env-file` and `ENV_FILE` are all `env_file` to whom wrote them. */
const plainOf = (text: string): string =>
  text
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
