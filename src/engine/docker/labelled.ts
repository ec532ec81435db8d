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
export async function labelledObjects(client: DaemonClient, label: string, value?: string): Promise<readonly Labelled[]> {
  const filters = JSON.stringify({ label: [value === undefined ? label : `${label}=${value}`] });
  const list = <T>(path: string, query: Record<string, string | number> = {}): Promise<T> =>
    client.json<T>({ method: 'GET', path, query: { ...query, filters }, doing: `list what carries the label ${label}` });
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
    ...images.flatMap((found) => named('image', found)),
  ];
}

function named(kind: ResourceKind, found: Listed): readonly Labelled[] {
  return namesOf(kind, found).map((name) => ({ resource: { kind, name } satisfies Resource as Resource, labels: found.Labels ?? {} }));
}

/** An image has a name for each tag; one that lost them all goes by its id. */
function namesOf(kind: ResourceKind, { Name, Names, Id, RepoTags }: Listed): readonly string[] {
  if (kind === 'image') return RepoTags?.length ? RepoTags : [Id ?? ''];
  return [Name ?? Names?.[0]?.replace(/^\//, '') ?? ''];
}
