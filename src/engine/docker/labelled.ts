import type { Labels } from '../../plan/plan.ts';
import type { Resource, ResourceKind } from '../../plan/resource.ts';
import type { Labelled } from '../ports.ts';
import type { DaemonClient } from './http.ts';

interface Listed {
  readonly Labels: Labels | null;
  readonly Name?: string;
  readonly Names?: readonly string[];
  readonly Id?: string;
  readonly RepoTags?: readonly string[] | null;
}

/** What is found by one label, or by one label with one value, whatever its state. */
export function labelledObjects(client: DaemonClient, label: string, value?: string): Promise<readonly Labelled[]> {
  const filters = JSON.stringify({ label: [value === undefined ? label : `${label}=${value}`] });
  return objects(client, { query: { filters }, doing: `list what carries the label ${label}` }, (image) => namesOf('image', image));
}

/** Everything there is: images by every tag, and once by their id. */
export const allObjects = (client: DaemonClient): Promise<readonly Labelled[]> =>
  objects(client, { query: {}, doing: 'list everything' }, ({ RepoTags, Id = '' }) => [Id, ...(RepoTags ?? [])]);

/** Bytes of each volume that carries the label; -1 where the daemon does not know becomes 0. */
export async function volumeSizes(client: DaemonClient, label: string): Promise<ReadonlyMap<string, number>> {
  const usage = await client.json<{ Volumes: VolumeUsage[] | null }>({
    method: 'GET',
    path: '/system/df',
    query: { type: 'volume' },
    doing: 'measure volumes',
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

async function objects(
  client: DaemonClient,
  { query: always, doing }: Listing,
  imageNames: (image: Listed) => readonly string[],
): Promise<readonly Labelled[]> {
  const list = <T>(path: string, query: Record<string, string | number> = {}): Promise<T> =>
    client.json<T>({ method: 'GET', path, query: { ...query, ...always }, doing });
  const [containers, networks, volumes, images] = await Promise.all([
    list<Listed[]>('/containers/json', { all: 1 }),
    list<Listed[]>('/networks'),
    list<{ Volumes: Listed[] | null }>('/volumes'),
    list<Listed[]>('/images/json'),
  ]);
  return [
    ...containers.flatMap((found) => named('container', found)),
    ...networks.flatMap((found) => named('network', found)),
    ...(volumes.Volumes ?? []).flatMap((found) => named('volume', found)),
    ...images.flatMap((found) => imageNames(found).map((name) => labelledAs('image', name, found))),
  ];
}

function named(kind: ResourceKind, found: Listed): readonly Labelled[] {
  return namesOf(kind, found).map((name) => labelledAs(kind, name, found));
}

const labelledAs = (kind: ResourceKind, name: string, { Labels }: Listed): Labelled => ({
  resource: { kind, name } as Resource,
  labels: Labels ?? {},
});

/** An image has a name for each tag; one that lost them all goes by its id. */
function namesOf(kind: ResourceKind, { Name, Names, Id, RepoTags }: Listed): readonly string[] {
  if (kind === 'image') return RepoTags?.length ? RepoTags : [Id ?? ''];
  return [Name ?? Names?.[0]?.replace(/^\//, '') ?? ''];
}
