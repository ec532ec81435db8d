import type { Results } from './read.ts';
import type { TrialEnded } from './records.ts';

/** Results oldest first, with the shards of one night put together: they ran the same, on machines of their own. */
export function mergeShards(all: readonly Results[]): readonly Results[] {
  const groups = Map.groupBy(all, ({ file, opened: { shard, name, startedAt } }) =>
    shard ? `${name} ${startedAt.slice(0, 10)} of ${shard.of}` : file,
  );
  return [...groups.values()].map(together).toSorted((a, b) => a.opened.matrix.localeCompare(b.opened.matrix));
}

function together(shards: readonly Results[]): Results {
  const [first, ...others] = shards as [Results, ...Results[]];
  return others.reduce((one, other) => {
    const ended = new Map<string, TrialEnded>([...other.ended, ...one.ended]);
    const sessions = new Map([...other.ended.keys()].filter((id) => !one.ended.has(id)).map((id) => [id, one.sessions]));
    return {
      ...one,
      opened: { ...one.opened, trials: one.opened.trials + other.opened.trials - (one.ended.size + other.ended.size - ended.size) },
      sessions: one.sessions + other.sessions,
      ended: new Map([...ended].map(([id, result]) => [id, { ...result, session: result.session + (sessions.get(id) ?? 0) }])),
      closed: one.closed && other.closed && (one.closed.verdict === 'red' ? one.closed : other.closed),
    };
  }, first);
}
