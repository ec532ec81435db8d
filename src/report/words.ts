/** `0.3 s`, `12.3 s`, `1m 20s`, `2h 05m`: a duration for people. */
export function durationText(ms: number): string {
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${twoDigits(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
}

/** `now`, `12 s ago`, `5m ago`, `3h ago`, `2d ago`: how long ago something was, in its largest unit. */
export function agoText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)}h ago` : `${Math.floor(seconds / 86_400)}d ago`;
}

/** `512 B`, `1.4 KiB`, `91 MiB`: a size for people. */
export function sizeText(bytes: number): string {
  const exponent = Math.min(4, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  if (exponent === 0) return `${bytes} B`;
  const value = bytes / 1024 ** exponent;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[exponent]}`;
}

/** `1 line`, `20 lines`. */
export const countText = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

const twoDigits = (value: number): string => String(value).padStart(2, '0');
