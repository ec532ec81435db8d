/** The oldest that has what the runner calls; package.json says the same, where npm only warns of it. */
const NEEDED = { major: 22, minor: 18 };

/** What to say on a Node that is too old; undefined on one that will do. In words only that such a Node knows: it runs this file. */
export function tooOld(version: string, executable: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor)) return undefined;
  return [
    `runner: needs Node ${NEEDED.major}.${NEEDED.minor} or later; ${executable} is ${version}`,
    '  try: a newer Node before that one on the PATH',
    '',
  ].join('\n');
}
