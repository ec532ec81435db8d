import type { Plan } from '../plan/plan.ts';
import type { Onlooker } from '../report/events.ts';
import { openStore } from '../report/store.ts';
import { Tails } from '../report/tails.ts';
import { chooseDisplay } from '../report/terminal/choose.ts';
import { rendererFor } from '../report/terminal/renderer.ts';
import { adviceFor } from './advice.ts';
import type { ShowRequest } from './exec-flags.ts';
import type { World } from './world.ts';

export interface Watched {
  readonly onlookers: Readonly<Record<string, Onlooker>>;
  /** Where the run is stored. */
  readonly folder: string;
  /** The last lines of a step, for files beside the run; heard only where one is asked for. */
  readonly tailOf: (step: string) => readonly string[];
}

/** Who watches the run: a screen, and the store. Throws `state.unwritable` or `host.disk-full` before anything is created. */
export async function onlookersFor(world: World, plan: Plan, request: ShowRequest, flags: readonly string[]): Promise<Watched> {
  const { stateFolder, owner, clock, environment, stdout, stderr } = world;
  const display = chooseDisplay({ request, environment, stdout, stderr });
  const store = openStore({ stateFolder, plan, owner, now: clock.now, warn: (text) => void stderr.write(`runner: ${text}\n`) });
  const { folder } = store;
  const screen = await rendererFor(display, {
    stdout,
    stderr,
    now: clock.now,
    run: plan.run,
    closing: { folder, advise: adviceFor(plan, flags) },
  });
  const tails = new Tails();
  const ears = request.junit === undefined ? {} : { 'last lines': listening(tails) };
  return { onlookers: { screen, store, ...ears }, folder, tailOf: (step) => tails.of(step) };
}

const listening = (tails: Tails): Onlooker => ({
  on(event) {
    if (event.type === 'step.output') tails.push(event.step, event.stream, event.chunk);
  },
  close: async () => {},
});
