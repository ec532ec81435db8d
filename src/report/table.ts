const GAP = 2;

/** Cells as columns, two spaces apart; nothing is padded at the end of a line. The last columns are left out where the screen is too narrow. */
export function tableLines(rows: readonly (readonly string[])[], screen: number = Number.POSITIVE_INFINITY): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const ends = widths.map((_, column) => widths.slice(0, column + 1).reduce((sum, width) => sum + GAP + width, -GAP));
  const shown = Math.max(1, ends.filter((end) => end <= screen).length);
  return rows.map((row) =>
    row
      .slice(0, shown)
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}
