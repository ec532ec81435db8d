import type { Collected } from '../ledger/gc.ts';
import type { Claim } from '../ledger/gc-plan.ts';
import type { GivingUp } from '../ledger/give-up.ts';
import { resourceText } from '../plan/resource.ts';

/** What became of a run that had to be cleaned up after, and of the wish to forget what is left of it. */
export type Done = Collected & { readonly givingUp?: GivingUp };

export const doneJson = ({ claim, reclaimed, givingUp }: Done): object => ({
  run: claim.run,
  name: claim.name,
  pattern: claim.pattern,
  why: claim.why,
  resources: claim.objects.map(resourceText),
  ...(reclaimed ? { removed: reclaimed.removed, left: reclaimed.left } : {}),
  ...(givingUp && givingUp !== 'none' ? { given_up: givingUp === 'given-up' } : {}),
});

export const doneText = ({ claim, reclaimed, isUnanswered, givingUp = 'none' }: Done): string =>
  [titleOf(claim), ...linesOf(claim, reclaimed), ...(isUnanswered ? [UNANSWERED] : []), ...GIVING_UP[givingUp]]
    .map((line) => `${line}\n`)
    .join('');

const UNANSWERED = '  its daemon does not answer: what it has of this run is left';
const GIVING_UP: Readonly<Record<GivingUp, readonly string[]>> = {
  'given-up': ['  given up: nobody tries to remove what its daemon has any more'],
  kept: ['  not given up: something of it on this machine can’t be removed, see `runner ps`'],
  busy: ['  not given up: somebody is cleaning up after it just now; try again in a minute'],
  none: [],
};

const titleOf = ({ run, name, pattern, why }: Claim): string => `${run}  ${name} (${pattern}): ${why}`;

const linesOf = (claim: Claim, reclaimed: Collected['reclaimed']): readonly string[] =>
  reclaimed
    ? [...reclaimed.removed.map((one) => `  removed ${one}`), ...reclaimed.left.map(({ resource, why }) => `  left    ${resource}: ${why}`)]
    : claim.objects.map((resource) => `  ${resourceText(resource)}`);
