const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Node's timers hold 2³¹ − 1 milliseconds, a little more than this; a longer one would go off at once. */
export const LONGEST_MS: number = 24 * 86_400_000;

/** What a duration looks like, for schemas: `90s`, `500ms`, `1h30m`, `1.5h`. */
export const DURATION: RegExp = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** Milliseconds of `90s`, `1h30m` or `1.5h`; undefined when the text is no duration or longer than 24 days. */
export function parseDuration(text: string): number | undefined {
  const ms = parseAge(text);
  return ms !== undefined && ms <= LONGEST_MS ? ms : undefined;
}

/** The same for a time that no timer waits for: `90d` is one, too. */
export function parseAge(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)([a-z]+)/g)];
  const ms = Math.round(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNIT_MS[unit!]!, 0));
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** The shortest text that `parseDuration` reads back as the same whole number of milliseconds: `1h30m`. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s';
  const parts: string[] = [];
  let rest = ms;
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const amount = Math.floor(rest / UNIT_MS[unit]!);
    if (amount > 0) parts.push(`${amount}${unit}`);
    rest -= amount * UNIT_MS[unit]!;
  }
  return parts.join('');
}
