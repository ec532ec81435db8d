/** One part of a word: in single quotes, in double quotes, after a backslash, or plain. */
const PART = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/sy;

/** The words of a command as a shell without variables splits it; undefined where a quote does not end. */
export function wordsOf(command: string): string[] | undefined {
  const words: string[] = [];
  const parts = new RegExp(PART);
  let word: string | undefined;
  for (let at = 0; at < command.length; at = parts.lastIndex) {
    parts.lastIndex = at;
    const [part] = [parts.exec(command)];
    if (part) word = (word ?? '') + textOf(part);
    else if (/\s/.test(command[at]!)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      parts.lastIndex = at + 1;
    } else return undefined;
  }
  return word === undefined ? words : [...words, word];
}

/** A word that a shell reads back as it is. */
export const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const textOf = ([, single, double, escaped, plain]: RegExpExecArray): string =>
  single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? plain!;
