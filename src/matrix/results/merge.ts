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
  const [first] = shards as [Results, ...Results[]];
  if (shards.length === 1) return first;
  let sessions = 0;
  const ended = new Map<string, TrialEnded>();
  for (const shard of shards) {
    for (const [id, result] of shard.ended) if (!ended.has(id)) ended.set(id, { ...result, session: result.session + sessions });
    sessions += shard.sessions;
  }
  const planned = shards.reduce((sum, { opened }) => sum + opened.trials, 0);
  const doubled = shards.reduce((sum, shard) => sum + shard.ended.size, 0) - ended.size; // each shard has warmed up
  const isClosed = shards.every(({ closed }) => closed);
  const red = shards.find(({ closed }) => closed?.verdict === 'red');
  return {
    ...first,
    opened: { ...first.opened, trials: planned - doubled },
    sessions,
    ended,
    begun: shards.flatMap(({ begun }) => begun),
    closed: isClosed ? (red ?? first).closed : undefined,
  };
}
