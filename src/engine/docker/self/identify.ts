import pLimit from 'p-limit';
import type { Tried, WhoAmI } from '../../ports/self.ts';
import type { DaemonClient } from '../http.ts';
import { candidatesOf } from './candidates.ts';
import type { SelfFacts } from './facts.ts';
import { inspected, type SelfInspected } from './inspected.ts';
import type { Marker } from './marker.ts';
import { mountLines, ownRoot } from './mountinfo.ts';
import { type Proof, type Verdict, verdictOn } from './verify.ts';

export interface Identified {
  readonly own: SelfInspected | undefined;
  /** Every container that runs on this daemon was compared with this process, and it is none of them. */
  readonly isElsewhere: boolean;
  readonly tried: readonly Tried[];
}

/** Which of the daemon's containers this process is in: what is found by guessing and by looking at all is verified alike. */
export const identify = (client: DaemonClient, facts: SelfFacts, realPath: RealPath): Promise<Identified> =>
  withProof(client, { ...facts, realPath }, (proof) => search(proof, facts));

type RealPath = WhoAmI['realPath'];

/** With what a container is verified by; a process that was started for it is ended. */
async function withProof<T>(
  client: DaemonClient,
  { readFile, realPath }: Pick<SelfFacts, 'readFile'> & Pick<WhoAmI, 'realPath'>,
  use: (proof: Proof) => Promise<T>,
): Promise<T> {
  let marker: Promise<Marker> | undefined;
  const lines = mountLines(readFile('/proc/self/mountinfo') ?? '');
  const points = new Set(lines.map(({ point }) => point));
  try {
    return await use({
      client,
      root: ownRoot(lines),
      isMounted: (destination) => points.has(realPath(destination) ?? destination),
      marker() {
        marker ??= import('./marker.ts').then(({ newMarker }) => newMarker());
        return marker;
      },
    });
  } finally {
    await (await marker)?.end();
  }
}

export interface Named {
  readonly found: SelfInspected | undefined;
  readonly verdict: Verdict;
  readonly says: string;
}

/** The container that was named by hand, and what speaks against it. */
export async function named(client: DaemonClient, name: string, facts: SelfFacts, realPath: RealPath): Promise<Named> {
  const found = await inspected(client, name);
  if (!found) return { found, verdict: 'other', says: SAYS.absent };
  const verdict = await withProof(client, { ...facts, realPath }, (proof) => verdictOn(found, proof));
  return { found, verdict, says: SAYS[verdict] };
}

const SAYS = {
  own: 'verified',
  other: 'is another container',
  unknown: 'can be neither verified nor refuted',
  absent: 'is no container of this daemon',
};

async function search(proof: Proof, facts: SelfFacts): Promise<Identified> {
  const tried: Tried[] = [];
  const refuted = new Set<string>();
  for (const { method, name, missing } of candidatesOf(facts)) {
    const found = name === undefined ? undefined : await inspected(proof.client, name);
    const verdict = found && (refuted.has(found.Id) ? 'other' : await verdictOn(found, proof));
    tried.push({ method, says: name === undefined ? missing : `${name} ${SAYS[verdict ?? 'absent']}` });
    if (found && verdict === 'own') return { own: found, isElsewhere: false, tried };
    if (found && verdict === 'other') refuted.add(found.Id);
  }
  const { own, compared, running } = await amongAll(proof, refuted);
  const method = 'search';
  if (own) return { own, isElsewhere: false, tried: [...tried, { method, says: `${own.Id} verified` }] };
  const all = `none of ${running} running containers is this one`;
  const says = compared === running ? all : `${running - compared} of ${running} running containers can be neither verified nor refuted`;
  return { own: undefined, isElsewhere: compared === running, tried: [...tried, { method, says }] };
}

const AT_ONCE = 8;

async function amongAll(proof: Proof, refuted: ReadonlySet<string>) {
  const { client } = proof;
  const running = await client.json<{ Id: string }[]>({ method: 'GET', path: '/containers/json', doing: 'list containers' });
  const limit = pLimit(AT_ONCE);
  let own: SelfInspected | undefined;
  const compare = async ({ Id }: { Id: string }): Promise<Verdict> => {
    if (own || refuted.has(Id)) return 'other';
    const found = await inspected(client, Id);
    const verdict = found ? await verdictOn(found, proof) : 'other';
    if (verdict === 'own') own = found;
    return verdict;
  };
  const verdicts = await Promise.all(running.map((one) => limit(compare, one)));
  return { own, running: running.length, compared: verdicts.filter((verdict) => verdict !== 'unknown').length };
}
