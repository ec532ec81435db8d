import { RunnerError } from '../errors.ts';
import { collect, isOver, lookAround } from '../ledger/gc.ts';
import { planGc } from '../ledger/gc-plan.ts';
import { giveUp } from '../ledger/give-up.ts';
import { parseAge } from '../spec/duration.ts';
import { GC_FLAGS } from './flag-tables.ts';
import { durationOf, isSet, parseFlags, textOf } from './flags.ts';
import { gcCaches } from './gc-caches.ts';
import { type Forgotten, forget, forgottenJson, forgottenText, oldRunsFor } from './gc-past.ts';
import { type Done, doneJson, doneText } from './gc-text.ts';
import { gcWorld } from './gc-world.ts';
import type { Command } from './world.ts';

const PATIENCE_MS = 60_000;
/** For what is to be given up after it. */
const LAST_TRY_MS = 20_000;
const NOTICE_AFTER_MS = 2_000;
const WAITING = 'cleaning up, and waiting for the daemons that have a part in it (a minute or so)';

/**
 * Remove what dead runs left, and the stored runs that are not kept any longer; a dry run lists exactly what the deed would
 * remove. Exit code 120 when something could not be, unless it was to be given up then.
 */
export const gc: Command = async (world, argv) => {
  const parsed = parseFlags('gc', GC_FLAGS, argv);
  const olderThanMs = durationOf('--older-than', textOf(parsed, 'older-than'), '30m, 1h, 90d', parseAge);
  const givesUp = isSet(parsed, 'give-up');
  if (givesUp && parsed.positionals.length === 0)
    throw new RunnerError('usage.invalid', '--give-up needs the ids of runs', { hint: 'They stand in `runner ps`.' });
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
  const signal = AbortSignal.timeout(givesUp ? LAST_TRY_MS : PATIENCE_MS);
  const collected = isDry ? claims.map((claim) => ({ claim })) : await collect(claims, around, { signal });
  const done: readonly Done[] =
    givesUp && !isDry ? await Promise.all(collected.map(async (one) => ({ ...one, givingUp: await giveUp(one, around) }))) : collected;
  const forgotten = isDry ? past : await forget(past, world);
  clearTimeout(notice);
  await world.stdout.write(
    isSet(parsed, 'json')
      ? `${JSON.stringify([...done.map(doneJson), ...forgotten.map(forgottenJson)], null, 2)}\n`
      : textOfAll(done, forgotten, isDry),
  );
  for (const problem of view.problems) await world.stderr.write(`runner: ${problem.message}\n`);
  const isDone = done.every(isSettled) && forgotten.every(({ left }) => left === undefined);
  return isDry || isDone ? 0 : 120;
};

const isSettled = ({ givingUp, ...one }: Done): boolean => givingUp === 'given-up' || (givingUp !== 'busy' && isOver(one));

function textOfAll(done: readonly Done[], forgotten: readonly Forgotten[], isDry: boolean): string {
  if (done.length + forgotten.length === 0) return isDry ? 'nothing to remove\n' : 'nothing was left behind\n';
  return [...done.map(doneText), ...forgotten.map(forgottenText)].join('');
}
