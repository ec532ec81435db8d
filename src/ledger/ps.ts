import type { RunState } from './gc-plan.ts';
import { pidOf } from './owner.ts';
import { type Reclaimed, reclaimedSummary } from './reclaimed.ts';

/** Runs as `runner ps` shows them: a table, what was tried for them already, then what can be done about those that stay. */
export function psText(states: readonly RunState[], now: number, reclaimed: readonly Reclaimed[] = []): string {
  if (states.length === 0) return 'no runs\n';
  const rows = states.map((state) => [
    state.run,
    state.name,
    state.pattern,
    statusText(state, now),
    ageText(now - state.startedAt),
    String(state.objects.length),
  ]);
  return [table([['RUN', 'NAME', 'PATTERN', 'STATUS', 'AGE', 'OBJECTS'], ...rows]), ...triedFor(reclaimed), ...adviceOn(states, reclaimed)]
    .join('\n')
    .concat('\n');
}

/** The same for programs: `runner ps --json`. */
export const psJson = (states: readonly RunState[]): readonly Omit<RunState, 'ledger'>[] => states.map(({ ledger, ...state }) => state);

function triedFor(reclaimed: readonly Reclaimed[]): readonly string[] {
  const lines = reclaimed.flatMap((one) => reclaimedSummary(one).map((line) => `${one.run}  ${line}`));
  return lines.length === 0 ? [] : ['', ...lines];
}

const STATUS: { readonly [S in RunState['status']]: (state: RunState, now: number) => string } = {
  live: ({ owner }) => `live (process ${pidOf(owner)})`,
  kept: ({ keptUntil = 0 }, now) => `kept for ${ageText(keptUntil - now)} more`,
  ending: () => 'ending',
  orphaned: ({ why }) => (why ? `orphaned: ${why}` : 'orphaned'),
};

const statusText = (state: RunState, now: number): string => STATUS[state.status](state, now);

function adviceOn(states: readonly RunState[], reclaimed: readonly Reclaimed[]): readonly string[] {
  const kept = states
    .filter(({ status }) => status === 'kept')
    .flatMap(({ run }) => [`enter ${run}:   runner shell ${run}`, `remove ${run}:  runner gc ${run}`]);
  const orphaned = states.some(({ why }) => why !== undefined) ? ['remove what is orphaned:  runner gc'] : [];
  const stuck = reclaimed
    .filter(({ run, left }) => left.length > 0 && states.some((state) => state.run === run && state.ledger !== undefined))
    .map(({ run }) => run);
  const forget = stuck.length > 0 ? [`where that can never be:  runner gc --give-up ${stuck.join(' ')}`] : [];
  const advice = [...kept, ...orphaned, ...forget];
  return advice.length > 0 ? ['', ...advice] : [];
}

/** `42s`, `7m`, `3h`, `2d`: one number is enough to tell old from new. */
function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [count, unit] =
    seconds < 120
      ? [seconds, 's']
      : seconds < 7_200
        ? [seconds / 60, 'm']
        : seconds < 172_800
          ? [seconds / 3_600, 'h']
          : [seconds / 86_400, 'd'];
  return `${Math.floor(count)}${unit}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
