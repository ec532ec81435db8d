import type { Labels } from '../../plan/plan.ts';
import { ON_DAEMON, type Resource, type ResourceKind } from '../../plan/resource.ts';
import type { Labelled } from '../ports.ts';
import type { DaemonClient } from './http.ts';

interface Listed {
  readonly Labels: Labels | null;
  readonly Name?: string;
  readonly Names?: readonly string[];
  readonly Id?: string;
  readonly RepoTags?: readonly string[] | null;
}

export interface LabelWanted {
  readonly label: string;
  readonly value?: string | undefined;
  readonly kinds?: readonly ResourceKind[] | undefined;
}

/** What is found by one label, or by one label with one value, whatever its state. Each kind costs the daemon a question. */
export function labelledObjects(client: DaemonClient, { label, value, kinds = ON_DAEMON }: LabelWanted): Promise<readonly Labelled[]> {
  const filters = JSON.stringify({ label: [value === undefined ? label : `${label}=${value}`] });
  return objects(client, kinds, { query: { filters }, doing: `list what carries the label ${label}` });
}

/** Everything there is. */
export const allObjects = (client: DaemonClient): Promise<readonly Labelled[]> =>
  objects(client, ON_DAEMON, { query: {}, doing: 'list everything' });

/** The daemon looks at every file. */
const MEASURING_MS = 10 * 60_000;

/** Bytes of each volume that carries the label; -1 where the daemon does not know becomes 0. */
export async function volumeSizes(client: DaemonClient, label: string): Promise<ReadonlyMap<string, number>> {
  const usage = await client.json<{ Volumes: VolumeUsage[] | null }>({
    method: 'GET',
    path: '/system/df',
    query: { type: 'volume' },
    doing: 'measure volumes',
    answerMs: MEASURING_MS,
  });
  const ours = (usage.Volumes ?? []).filter(({ Labels }) => Labels?.[label] !== undefined);
  return new Map(ours.map(({ Name, UsageData }) => [Name, Math.max(0, UsageData?.Size ?? 0)]));
}

interface VolumeUsage {
  readonly Name: string;
  readonly Labels: Labels | null;
  readonly UsageData?: { readonly Size: number } | null;
}

interface Listing {
  readonly query: Record<string, string | number>;
  readonly doing: string;
}

const objects = async (client: DaemonClient, kinds: readonly ResourceKind[], listing: Listing): Promise<readonly Labelled[]> =>
  (await Promise.all(kinds.map((kind) => LIST[kind]?.(client, listing) ?? []))).flat();

type List = (client: DaemonClient, listing: Listing) => Promise<readonly Labelled[]>;

const list = <T>(client: DaemonClient, path: string, { query, doing }: Listing): Promise<T> =>
  client.json<T>({ method: 'GET', path, query, doing });

const containers: List = async (client, listing) =>
  (await list<Listed[]>(client, '/containers/json', { ...listing, query: { all: 1, ...listing.query } })).map((found) =>
    labelledAs('container', found.Names?.[0]?.replace(/^\//, '') ?? '', found),
  );

const networks: List = async (client, listing) =>
  (await list<Listed[]>(client, '/networks', listing)).map((found) => labelledAs('network', found.Name ?? '', found));

const volumes: List = async (client, listing) =>
  ((await list<{ Volumes: Listed[] | null }>(client, '/volumes', listing)).Volumes ?? []).map((found) =>
    labelledAs('volume', found.Name ?? '', found),
  );

/** An image has a name for each tag; one that lost them all goes by its id. */
const tagsOf = ({ RepoTags, Id = '' }: Listed): readonly string[] => (RepoTags?.length ? RepoTags : [Id]);

const images: List = async (client, listing) =>
  (await list<Listed[]>(client, '/images/json', listing)).flatMap((image) => tagsOf(image).map((name) => labelledAs('image', name, image)));

/** Other kinds are not the daemon's. */
const LIST: { readonly [K in ResourceKind]?: List } = { container: containers, network: networks, volume: volumes, image: images };

const labelledAs = (kind: ResourceKind, name: string, { Labels }: Listed): Labelled => ({
  resource: { kind, name } as Resource,
  labels: Labels ?? {},
});
