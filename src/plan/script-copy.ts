import { quote } from './command.ts';

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A folder's content as a tar that `taker` unpacks, without what patterns in .dockerignore syntax leave out; for GNU tar. */
export function copyLines(folder: string, exclude: readonly string[], taker: string, owner?: Owner): readonly string[] {
  const whose = owner ? [`--owner=${owner.uid}`, `--group=${owner.gid}`, '--numeric-owner'] : [];
  const tar = ['tar', '-C', quote(folder), ...whose, ...exclude.flatMap(flagsOf), '-cf', '-', '.'].join(' ');
  const back = exclude.filter((pattern) => pattern.trim().startsWith('!'));
  return [...(back.length > 0 ? [`# tar can't bring back what ${back.join(' ')} would`] : []), `${tar} | ${taker}`];
}

/** `**` spans folders and may be none of them; a single `*` stays within one. */
function flagsOf(pattern: string): readonly string[] {
  const plain = pattern.trim().replace(/^(?:\.?\/)+|\/+$/g, '');
  if (plain === '' || /^[!#]/.test(plain)) return [];
  const spans = plain.includes('**');
  const forms = plain.startsWith('**/') ? [plain.slice(3), `*/${plain.slice(3)}`] : [plain];
  return [
    '--anchored',
    spans ? '--wildcards-match-slash' : '--no-wildcards-match-slash',
    ...forms.map((form) => `--exclude=${quote(`./${form.replaceAll('**', '*')}`)}`),
  ];
}
