import { type Collected, collect, lookAround } from '../ledger/gc.ts';
import { type Claim, planGc } from '../ledger/gc-plan.ts';
import { resourceText } from '../plan/resource.ts';
import { durationOf, isSet, parseFlags, textOf } from './flags.ts';
import { gcCaches } from './gc-caches.ts';
import { gcWorld } from './gc-world.ts';
import type { Command } from './world.ts';

const PATIENCE_MS = 60_000;

/** Remove what dead runs left; a dry run lists exactly what the deed would remove. Exit code 120 when something could not be. */
export const gc: Command = async (world, argv) => {
  const flags = {
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
    'older-than': { type: 'string' },
    caches: { type: 'boolean' },
  } as const;
  const parsed = parseFlags('gc', flags, argv);
  const olderThanMs = durationOf('--older-than', textOf(parsed, 'older-than'), '30m, 1h');
  if (isSet(parsed, 'caches')) return gcCaches(world, { isDry: isSet(parsed, 'dry-run'), json: isSet(parsed, 'json'), olderThanMs });
  const around = await gcWorld(world);
  const view = await lookAround(around);
  const claims = planGc(view, {
    ...(olderThanMs === undefined ? {} : { olderThanMs }),
    ...(parsed.positionals.length > 0 ? { runs: parsed.positionals } : {}),
  });
  const isDry = isSet(parsed, 'dry-run');
  const done = isDry ? claims.map((claim) => ({ claim })) : await collect(claims, around, { signal: AbortSignal.timeout(PATIENCE_MS) });
  await world.stdout.write(isSet(parsed, 'json') ? `${JSON.stringify(done.map(jsonOf), null, 2)}\n` : textOfAll(done, isDry));
  for (const problem of view.problems) await world.stderr.write(`runner: ${problem.message}\n`);
  return isDry || done.every(({ reclaimed }: Collected) => reclaimed?.isDone ?? true) ? 0 : 120;
};

const jsonOf = ({ claim, reclaimed }: Collected) => ({
  run: claim.run,
  name: claim.name,
  pattern: claim.pattern,
  why: claim.why,
  resources: claim.objects.map(resourceText),
  ...(reclaimed ? { removed: reclaimed.removed, left: reclaimed.left } : {}),
});

function textOfAll(done: readonly Collected[], isDry: boolean): string {
  if (done.length === 0) return isDry ? 'nothing to remove\n' : 'nothing was left behind\n';
  return done.map(({ claim, reclaimed }) => [titleOf(claim), ...linesOf(claim, reclaimed)].map((line) => `${line}\n`).join('')).join('');
}

const titleOf = ({ run, name, pattern, why }: Claim): string => `${run}  ${name} (${pattern}): ${why}`;

const linesOf = (claim: Claim, reclaimed: Collected['reclaimed']): readonly string[] =>
  reclaimed
    ? [...reclaimed.removed.map((one) => `  removed ${one}`), ...reclaimed.left.map(({ resource, why }) => `  left    ${resource}: ${why}`)]
    : claim.objects.map((resource) => `  ${resourceText(resource)}`);
