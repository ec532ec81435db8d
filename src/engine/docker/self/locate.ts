import { RunnerError } from '../../../errors.ts';
import type { PathMap } from '../../../plan/paths.ts';
import type { Located, Tried, WhoAmI } from '../../ports/self.ts';
import { endpointText } from '../endpoint.ts';
import type { DaemonClient } from '../http.ts';
import type { SelfFacts } from './facts.ts';
import { identify, named } from './identify.ts';
import type { SelfInspected } from './inspected.ts';
import { mountLines } from './mountinfo.ts';
import { ownMounts } from './own-mounts.ts';

/** `where` is what the signs say. See `SelfEngine.locate`. */
export async function locateContainer(
  client: DaemonClient,
  facts: SelfFacts,
  { where, realPath, named: name }: WhoAmI & { readonly where: string },
): Promise<Located> {
  const see = (own: SelfInspected, tried: readonly Tried[]) => seenFrom(own, { facts, realPath, where, tried });
  if (name !== undefined) {
    const { found, verdict, says } = await named(client, name, facts, realPath);
    const tried = [{ method: 'by hand', says: `${name} ${says}` }];
    if (!found || verdict === 'other') throw wrongName(name, says, await identify(client, facts, realPath));
    return see(found, tried);
  }
  const { own, isElsewhere, tried } = await identify(client, facts, realPath);
  if (own) return see(own, tried);
  if (!isElsewhere) throw unidentified(where, tried);
  return { where, tried, paths: await unprovenPaths(client, `the runner is ${where} that is not of this daemon`, false) };
}

/** Nothing says that the daemon sees our files; it may, where somebody mounted the same folders at the same paths. */
export async function unprovenPaths(client: DaemonClient, why: string, isVouched: boolean): Promise<PathMap> {
  const { ID } = await client.json<{ ID: string }>({ method: 'GET', path: '/info', doing: 'describe itself' });
  return { seen: 'unproven', isVouched, why: `${why}: ${endpointText(client.endpoint)}`, daemon: ID, real: {} };
}

interface Seeing extends Pick<WhoAmI, 'realPath'> {
  readonly facts: SelfFacts;
  readonly where: string;
  readonly tried: readonly Tried[];
}

function seenFrom(own: SelfInspected, { facts, realPath, where, tried }: Seeing): Located {
  const lines = mountLines(facts.readFile('/proc/self/mountinfo') ?? '');
  const container = {
    id: own.Id,
    name: own.Name.replace(/^\//, ''),
    image: own.Image,
    mounts: ownMounts(own, lines, realPath),
    mountsParts: mountsParts(own),
  };
  return { where, tried, paths: { seen: 'container', container, daemon: own.Id, real: {} } };
}

const PARTS_SINCE = 45;

const mountsParts = ({ apiVersion }: SelfInspected): boolean => Number(apiVersion.split('.')[1] ?? 0) >= PARTS_SINCE;

const screen = (tried: readonly Tried[]): readonly string[] => tried.map(({ method, says }) => `${method.padEnd(10)} ${says}`);

const SETTLES =
  'Say it by hand: `--self-container ID` (or RUNNER_SELF_CONTAINER), where `docker ps` shows the ID; `none` where the daemon sees the same paths as the runner.';

const unidentified = (where: string, tried: readonly Tried[]): RunnerError =>
  new RunnerError('self.unidentified', `the runner is ${where}, and which one can't be verified`, { detail: screen(tried), hint: SETTLES });

const wrongName = (
  name: string,
  says: string,
  { own, tried }: { readonly own: SelfInspected | undefined; readonly tried: readonly Tried[] },
): RunnerError =>
  new RunnerError('self.unidentified', `${name} was named as the runner’s own container, and it ${says}`, {
    detail: screen(tried),
    hint: own ? `Leave it out, or name ${own.Id.slice(0, 12)}.` : SETTLES,
  });
