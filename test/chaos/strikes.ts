import { setTimeout as delay } from 'node:timers/promises';
import { processesOf } from '../support/machine.ts';
import type { Scene, Strike } from './trial.ts';

/** Uniformly over 1.3 times what such a run takes, so that its end and what comes after it are hit as well. */
const atRandom =
  (strike: (scene: Scene) => void): Strike =>
  async (scene) => {
    await Promise.race([delay(scene.random() * 1.3 * scene.usualMs), scene.ended]);
    strike(scene);
  };

const signal = (name: NodeJS.Signals): Strike => atRandom(({ child }) => void child.kill(name));

/** What can end a run from outside, and whether somebody is left who cleans up. */
export const STRIKES: Readonly<Record<string, { readonly strike: Strike; readonly startsAgain?: boolean }>> = {
  'KILL of the runner': { strike: signal('SIGKILL') },
  'KILL of the runner and its reaper': { strike: atRandom(killBoth), startsAgain: true },
  'KILL of the process group': { strike: atRandom(({ child }) => kill(-(child.pid ?? 0), 'SIGKILL')) },
  INT: { strike: signal('SIGINT') },
  TERM: { strike: signal('SIGTERM') },
  HUP: { strike: signal('SIGHUP') },
};

/** Held still first: a runner that goes on would start a reaper while its reaper is looked for. */
function killBoth({ child, folder }: Scene): void {
  child.kill('SIGSTOP');
  for (const pid of processesOf(`${folder}/state`)) kill(pid, 'SIGKILL');
  child.kill('SIGKILL');
}

function kill(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It had ended.
  }
}
