import type { ContainerEngine } from '../engine/ports.ts';
import { RunnerError } from '../errors.ts';
import { LABEL } from '../plan/names.ts';
import { findRun } from '../report/stored-runs.ts';
import { parseFlags, textOf } from './flags.ts';
import { runIn } from './inspect.ts';
import { withTerminal } from './terminal.ts';
import type { Command } from './world.ts';

/** A shell where the steps of a kept run were, or are. Ends with the exit code of the shell. */
export const shell: Command = async (world, argv) => {
  const parsed = parseFlags('shell', { 'docker-context': { type: 'string' } }, argv);
  const { run, report } = findRun(world.stateFolder, runIn(parsed, 'shell'));
  const { containers, shells } = (await world.connector())({ dockerContext: textOf(parsed, 'docker-context') });
  const container = report?.kept?.container ?? (await anyRunning(run, containers));
  if (container === undefined)
    throw new RunnerError('run.not-found', `no container of run ${run} is running`, {
      hint: 'Run it again with `--keep on-failure` or `--keep always`; `runner ps` lists runs that are kept.',
    });
  return withTerminal(world, (terminal) => shells.open(container, terminal));
};

async function anyRunning(run: string, containers: ContainerEngine): Promise<string | undefined> {
  const found = await containers.labelled(LABEL.run, run);
  for (const { resource } of found)
    if (resource.kind === 'container' && (await containers.state(resource.name)).running) return resource.name;
  return undefined;
}
