import picomatch from 'picomatch';

/** What a copy of a folder leaves out. Paths are relative to that folder, with `/` between their parts. */
export interface Exclusion {
  leavesOut(path: string): boolean;
  /** Nothing below this folder is wanted either, so there is no need to look into it. */
  prunes(folder: string): boolean;
}

/**
 * Patterns in .dockerignore syntax: they start at the copied folder, `**` spans folders, a matched folder stands for
 * all that is in it, and the last pattern that matches wins, so that `!name` brings something back.
 */
export function exclusionOf(patterns: readonly string[]): Exclusion {
  const rules = patterns.flatMap(ruleOf);
  const leavesOut = (path: string): boolean => rules.findLast((rule) => rule.matches(path))?.leavesOut ?? false;
  const bringsBack = rules.some((rule) => !rule.leavesOut);
  return { leavesOut, prunes: (folder) => !bringsBack && leavesOut(folder) };
}

interface Rule {
  readonly leavesOut: boolean;
  readonly matches: (path: string) => boolean;
}

function ruleOf(line: string): readonly Rule[] {
  const [, not, rest = ''] = /^\s*(!?)\s*(?:\.?\/)*(.*?)\/*\s*$/.exec(line) ?? [];
  if (rest === '' || line.startsWith('#')) return [];
  const matches = picomatch([rest, `${rest}/**`], { dot: true, nobrace: true, noext: true, nonegate: true });
  return [{ leavesOut: not !== '!', matches: (path) => matches(path) }];
}
