import type { Plan } from '../plan/plan.ts';
import type { Onlooker } from '../report/events.ts';
import { openStore } from '../report/store.ts';
import { chooseDisplay } from '../report/terminal/choose.ts';
import { rendererFor } from '../report/terminal/renderer.ts';
import { adviceFor } from './advice.ts';
import type { ShowRequest } from './exec-flags.ts';
import type { World } from './world.ts';

export interface Watched {
  readonly onlookers: Readonly<Record<string, Onlooker>>;
  /** Where the run is stored. */
  readonly folder: string;
}

/** Who watches the run: a screen, and the store. Throws `state.unwritable` or `host.disk-full` before anything is created. */
export async function onlookersFor(world: World, plan: Plan, request: ShowRequest): Promise<Watched> {
  const { stateFolder, owner, clock, environment, stdout, stderr } = world;
  const display = chooseDisplay({ request, environment, stdout, stderr });
  const store = openStore({ stateFolder, plan, owner, now: clock.now, warn: (text) => void stderr.write(`runner: ${text}\n`) });
  const { folder } = store;
  const screen = await rendererFor(display, {
    stdout,
    stderr,
    now: clock.now,
    run: plan.run,
    closing: { folder, advise: adviceFor(plan) },
  });
  return { onlookers: { screen, store }, folder };
}
