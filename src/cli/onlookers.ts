import type { Plan } from '../plan/plan.ts';
import type { Onlooker } from '../report/events.ts';
import { openStore } from '../report/store.ts';
import { chooseDisplay } from '../report/terminal/choose.ts';
import { rendererFor } from '../report/terminal/renderer.ts';
import { adviceFor } from './advice.ts';
import type { ShowRequest } from './exec-flags.ts';
import type { World } from './world.ts';

/** Who watches the run: a screen, and the store. Throws `state.unwritable` or `host.disk-full` before anything is created. */
export async function onlookersFor(world: World, plan: Plan, show: ShowRequest): Promise<Readonly<Record<string, Onlooker>>> {
  const { stdout, stderr, stateFolder, owner, clock } = world;
  const warn = (text: string): void => void stderr.write(`runner: ${text}\n`);
  const store = openStore({ stateFolder, plan, owner, now: clock.now, warn });
  const display = chooseDisplay({ request: show, environment: world.environment, stdout, stderr });
  const screen = await rendererFor(display, {
    stdout,
    stderr,
    now: clock.now,
    run: plan.run,
    closing: { folder: store.folder, advise: adviceFor(plan) },
  });
  return { screen, store };
}
