import type { StopSignal } from '../execute/stops.ts';

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Listen for the signals that end a run. Returns how to stop listening. */
export function onSignal(listener: (signal: StopSignal) => void): () => void {
  const handler = (signal: NodeJS.Signals) => listener(signal as StopSignal);
  for (const signal of SIGNALS) process.on(signal, handler);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handler);
  };
}
