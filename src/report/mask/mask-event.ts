import { RunnerError } from '../../errors.ts';
import type { RunEvent } from '../events.ts';

type MaskText = (text: string) => string;

/**
 * The event with every secret in its words masked: in the plan, progress, warnings, errors and reports. Output is masked
 * as a stream instead, and a step stays as it is, for onlookers need no more of it than its name and kind.
 */
export function maskEvent<T extends RunEvent>(event: T, maskText: MaskText): T {
  if (event.type === 'step.output') return event;
  const fields = Object.entries(event).map(([key, value]) => [key, FIXED.has(key) ? value : masked(value, maskText)]);
  return Object.fromEntries(fields) as T;
}

/** Words of the program rather than of the user: a secret that happens to be `task` must not change what a step is. */
const FIXED: ReadonlySet<string> = new Set([
  ...['type', 'step', 'phase', 'stream', 'signal', 'kind', 'name', 'run', 'pattern', 'role', 'in', 'when', 'on', 'status', 'code'],
  ...['pull', 'stdin', 'startedAt', 'until', 'sha256'],
]);

function masked(value: unknown, maskText: MaskText): unknown {
  if (typeof value === 'string') return maskText(value);
  if (value instanceof RunnerError) return maskedError(value, maskText);
  if (Array.isArray(value)) return value.map((entry) => masked(entry, maskText));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, FIXED.has(key) ? entry : masked(entry, maskText)]));
}

/** Without its cause: nobody prints it, and it may hold anything. */
const maskedError = ({ code, message, detail, hint, at }: RunnerError, maskText: MaskText): RunnerError =>
  new RunnerError(code, maskText(message), {
    detail: detail.map(maskText),
    ...(hint === undefined ? {} : { hint: maskText(hint) }),
    ...(at === undefined ? {} : { at }),
  });
