import { sizeText } from '../report/words.ts';
import type { Machine } from './results/records.ts';

/** Memory is counted a little differently after every update of a kernel. */
const MEMORY_SLACK = 0.05;

/** Undefined where timings of one may be compared with those of the other; else what differs, in words. */
export function sameMachine(a: Machine, b: Machine): string | undefined {
  const memory = Math.abs(a.memoryBytes - b.memoryBytes) / Math.max(a.memoryBytes, b.memoryBytes);
  if (a.cpu === b.cpu && a.cpus === b.cpus && memory <= MEMORY_SLACK) return undefined;
  return `${machineText(a)} is not ${machineText(b)}`;
}

/** What differs and may explain a difference, though the machine is the same one. */
export const softwareChanges = (before: Machine, now: Machine): readonly string[] =>
  (['system', 'node', 'docker'] as const).flatMap((part) =>
    before[part] === now[part] ? [] : [`${before[part] ?? 'no Docker'} → ${now[part] ?? 'no Docker'}`],
  );

export const machineText = ({ host, cpu, cpus, memoryBytes }: Machine): string => `${host} (${cpus} × ${cpu}, ${sizeText(memoryBytes)})`;
