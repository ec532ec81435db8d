import { connect } from '../../src/engine/connect.ts';
import type { ContainerEngine } from '../../src/engine/ports.ts';
import { LABEL } from '../../src/plan/names.ts';
import { resourceText } from '../../src/plan/resource.ts';

/** The daemon the tests talk to, to ask what is left. */
export function daemon(): ContainerEngine {
  const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return connect({ environment, context: undefined }).containers;
}

/** Everything on the daemon that belongs to a run, `container x`, sorted; of one run when it is named. */
export async function leftOnDaemon(run?: string): Promise<readonly string[]> {
  const found = await daemon().labelled(LABEL.run, run);
  return found.map(({ resource }) => resourceText(resource)).toSorted();
}

/** The path of its socket, to put a proxy in front of it. */
export const socketOfDaemon = (): string => (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');
