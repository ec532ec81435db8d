import { lookAround } from '../ledger/gc.ts';
import { runStates } from '../ledger/gc-plan.ts';
import { psJson, psText } from '../ledger/ps.ts';
import { readReclaimed } from '../ledger/reclaimed.ts';
import { isSet, parseFlags } from './flags.ts';
import { gcWorld } from './gc-world.ts';
import type { Command } from './world.ts';

/** Runs under way, runs that are kept, and what dead runs left behind. */
export const ps: Command = async (world, argv) => {
  const parsed = parseFlags('ps', { json: { type: 'boolean' } }, argv);
  const view = await lookAround(await gcWorld(world));
  const states = runStates(view);
  const tried = await Promise.all(states.map(({ run }) => readReclaimed(world.stateFolder, run)));
  const reclaimed = tried.filter((one) => one !== undefined);
  await world.stdout.write(
    isSet(parsed, 'json') ? `${JSON.stringify(psJson(states), null, 2)}\n` : psText(states, world.clock.now(), reclaimed),
  );
  for (const problem of view.problems) await world.stderr.write(`runner: ${problem.message}\n`);
  return 0;
};
