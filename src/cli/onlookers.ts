import type { Plan } from '../plan/plan.ts';
import type { Onlooker } from '../report/events.ts';
import { openStore } from '../report/store.ts';
import { chooseShowing, type Showing } from '../report/terminal/choose.ts';
import { adviceFor } from './advice.ts';
import type { ShowRequest } from './exec-flags.ts';
import type { World } from './world.ts';

export interface Watched {
  readonly onlookers: Readonly<Record<string, Onlooker>>;
  /** Where the run is stored. */
  readonly folder: string;
}

/** Who watches the run: a screen, and the store. Throws `state.unwritable` or `host.disk-full` before anything is created. */
export async function onlookersFor(world: World, plan: Plan, show: ShowRequest): Promise<Watched> {
  const { stateFolder, owner, clock, stderr } = world;
  const store = openStore({ stateFolder, plan, owner, now: clock.now, warn: (text) => void stderr.write(`runner: ${text}\n`) });
  return { onlookers: { screen: await screenFor(world, { plan, show, folder: store.folder }), store }, folder: store.folder };
}

interface Shown {
  readonly plan: Plan;
  readonly show: ShowRequest;
  readonly folder: string;
}

/** Only the renderer that is used is loaded. */
async function screenFor({ stdout, stderr, clock, environment }: World, { plan, show, folder }: Shown): Promise<Onlooker> {
  const facts = { env: environment, stdoutIsTTY: stdout.isTTY, stderrIsTTY: stderr.isTTY, columns: stderr.columns };
  const { renderer, colour, group } = chooseShowing(show, facts);
  const closing = { folder, advise: adviceFor(plan) };
  const words = { stdout, stderr, colour, closing, now: clock.now, verbose: show.verbose };
  const make: Readonly<Record<Showing['renderer'], () => Promise<Onlooker>>> = {
    plain: async () => (await import('../report/terminal/plain.ts')).plainRenderer({ ...words, group, timestamps: show.timestamps }),
    tty: async () => (await import('../report/terminal/tty.ts')).treeRenderer(words),
    json: async () => (await import('../report/terminal/json.ts')).jsonRenderer({ run: plan.run, stdout, now: clock.now }),
    quiet: async () => (await import('../report/terminal/quiet.ts')).quietRenderer({ stderr, colour, closing }),
  };
  return make[renderer]();
}
