const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  ...Object.fromEntries(['KiB', 'MiB', 'GiB', 'TiB'].map((unit, index) => [unit, 1024 ** (index + 1)])),
  ...Object.fromEntries(['kB', 'MB', 'GB', 'TB'].map((unit, index) => [unit, 1000 ** (index + 1)])),
};

/** What a size looks like, for schemas: `64MiB`, `2GiB`, `1.5GB`. */
export const SIZE: RegExp = /^\d+(?:\.\d+)?(?:B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)$/;

/** Bytes of `64MiB` or `1.5GB`; undefined when the text is no size or too large to count. */
export function parseSize(text: string): number | undefined {
  if (!SIZE.test(text)) return undefined;
  const [, amount, unit] = /^([\d.]+)(\D+)$/.exec(text)!;
  const bytes = Math.round(Number(amount) * UNIT_BYTES[unit!]!);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The text with the largest binary unit that `parseSize` reads back as the same whole number of bytes: `64MiB`. */
export function sizeText(bytes: number): string {
  const unit = BINARY.findLast((candidate) => bytes % UNIT_BYTES[candidate]! === 0 && bytes >= UNIT_BYTES[candidate]!) ?? 'B';
  return `${bytes / UNIT_BYTES[unit]!}${unit}`;
}
