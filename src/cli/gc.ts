import { type Collected, collect, isOver, lookAround } from '../ledger/gc.ts';
import { type Claim, planGc } from '../ledger/gc-plan.ts';
import { resourceText } from '../plan/resource.ts';
import { parseAge } from '../spec/duration.ts';
import { GC_FLAGS } from './flag-tables.ts';
import { durationOf, isSet, parseFlags, textOf } from './flags.ts';
import { gcCaches } from './gc-caches.ts';
import { type Forgotten, forget, forgottenJson, forgottenText, oldRunsFor } from './gc-past.ts';
import { gcWorld } from './gc-world.ts';
import type { Command } from './world.ts';

const PATIENCE_MS = 60_000;
const NOTICE_AFTER_MS = 2_000;
const WAITING = 'cleaning up, and waiting for the daemons that have a part in it (a minute or so)';

/**
 * Remove what dead runs left, and the stored runs that are not kept any longer; a dry run lists exactly what the deed would
 * remove. Exit code 120 when something could not be.
 */
export const gc: Command = async (world, argv) => {
  const parsed = parseFlags('gc', GC_FLAGS, argv);
  const olderThanMs = durationOf('--older-than', textOf(parsed, 'older-than'), '30m, 1h, 90d', parseAge);
  if (isSet(parsed, 'caches')) return gcCaches(world, { isDry: isSet(parsed, 'dry-run'), json: isSet(parsed, 'json'), olderThanMs });
  const around = await gcWorld(world);
  const notice = setTimeout(() => void world.stderr.write(`runner: ${WAITING}\n`), NOTICE_AFTER_MS);
  const view = await lookAround(around);
  const claims = planGc(view, {
    ...(olderThanMs === undefined ? {} : { olderThanMs }),
    ...(parsed.positionals.length > 0 ? { runs: parsed.positionals } : {}),
  });
  const isDry = isSet(parsed, 'dry-run');
  const past = parsed.positionals.length > 0 ? [] : await oldRunsFor(world, olderThanMs);
  const done = isDry ? claims.map((claim) => ({ claim })) : await collect(claims, around, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const forgotten = isDry ? past : await forget(past, world);
  clearTimeout(notice);
  await world.stdout.write(
    isSet(parsed, 'json')
      ? `${JSON.stringify([...done.map(jsonOf), ...forgotten.map(forgottenJson)], null, 2)}\n`
      : textOfAll(done, forgotten, isDry),
  );
  for (const problem of view.problems) await world.stderr.write(`runner: ${problem.message}\n`);
  const isDone = done.every(isOver) && forgotten.every(({ left }) => left === undefined);
  return isDry || isDone ? 0 : 120;
};

const jsonOf = ({ claim, reclaimed }: Collected) => ({
  run: claim.run,
  name: claim.name,
  pattern: claim.pattern,
  why: claim.why,
  resources: claim.objects.map(resourceText),
  ...(reclaimed ? { removed: reclaimed.removed, left: reclaimed.left } : {}),
});

function textOfAll(done: readonly Collected[], forgotten: readonly Forgotten[], isDry: boolean): string {
  if (done.length + forgotten.length === 0) return isDry ? 'nothing to remove\n' : 'nothing was left behind\n';
  const cleaned = done.map(({ claim, reclaimed, isUnanswered }) =>
    [titleOf(claim), ...linesOf(claim, reclaimed), ...(isUnanswered ? [UNANSWERED] : [])].map((line) => `${line}\n`).join(''),
  );
  return [...cleaned, ...forgotten.map(forgottenText)].join('');
}

const UNANSWERED = '  its daemon does not answer: what it has of this run is left';

const titleOf = ({ run, name, pattern, why }: Claim): string => `${run}  ${name} (${pattern}): ${why}`;

const linesOf = (claim: Claim, reclaimed: Collected['reclaimed']): readonly string[] =>
  reclaimed
    ? [...reclaimed.removed.map((one) => `  removed ${one}`), ...reclaimed.left.map(({ resource, why }) => `  left    ${resource}: ${why}`)]
    : claim.objects.map((resource) => `  ${resourceText(resource)}`);
