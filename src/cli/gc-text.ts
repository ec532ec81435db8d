import type { Collected } from '../ledger/gc.ts';
import type { Claim } from '../ledger/gc-plan.ts';
import { resourceText } from '../plan/resource.ts';

/** What became of a run that had to be cleaned up after; `isGivenUp`: what is left of it is nobody's any more. */
export type Done = Collected & { readonly isGivenUp?: boolean };

export const doneJson = ({ claim, reclaimed, isGivenUp }: Done): object => ({
  run: claim.run,
  name: claim.name,
  pattern: claim.pattern,
  why: claim.why,
  resources: claim.objects.map(resourceText),
  ...(reclaimed ? { removed: reclaimed.removed, left: reclaimed.left } : {}),
  ...(isGivenUp ? { given_up: true } : {}),
});

export const doneText = ({ claim, reclaimed, isUnanswered, isGivenUp }: Done): string =>
  [titleOf(claim), ...linesOf(claim, reclaimed), ...(isUnanswered ? [UNANSWERED] : []), ...(isGivenUp ? [GIVEN_UP] : [])]
    .map((line) => `${line}\n`)
    .join('');

const UNANSWERED = '  its daemon does not answer: what it has of this run is left';
const GIVEN_UP = '  given up: nobody tries to remove what is left any more';

const titleOf = ({ run, name, pattern, why }: Claim): string => `${run}  ${name} (${pattern}): ${why}`;

const linesOf = (claim: Claim, reclaimed: Collected['reclaimed']): readonly string[] =>
  reclaimed
    ? [...reclaimed.removed.map((one) => `  removed ${one}`), ...reclaimed.left.map(({ resource, why }) => `  left    ${resource}: ${why}`)]
    : claim.objects.map((resource) => `  ${resourceText(resource)}`);
