/**
 * A Dockerfile with labels at the start of each of its stages and after its own, byte for byte the same otherwise. A character of it is
 * one byte, as in latin1.
 */
export function labelledStages(dockerfile: string, labels: Readonly<Record<string, string>>): string {
  const mark = escapeIn(dockerfile);
  const words = Object.entries(labels).map(([name, value]) => `${quoted(name, mark)}=${quoted(value, mark)}`);
  const label = Buffer.from(`LABEL ${words.join(' ')}\n`).toString('latin1');
  const parts: string[] = [];
  let instruction = '';
  for (const line of dockerfile.split(/(?<=\n)/)) {
    parts.push(line);
    if (/^\s*(?:#|$)/.test(line)) continue;
    const more = continued(line, mark);
    instruction += more ?? line;
    if (more !== undefined) continue;
    if (STARTS.test(instruction)) parts.push(line.endsWith('\n') ? label : `\n${label}`);
    instruction = '';
  }
  return parts.join('');
}

/** A word of an instruction, of which nothing is replaced. */
export const quoted = (text: string, mark = '\\'): string =>
  `"${text.replace(/[\r\n]+/g, ' ').replace(/["$\\`]/g, (one) => (one === '"' || one === '$' || one === mark ? mark + one : one))}"`;

/** What begins a stage, or could give its images other labels. */
const STARTS = /^(?:\xEF\xBB\xBF)?\s*(?:FROM|LABEL)\s/i;

/** Of a line that goes on, what comes before its last character; that is no mark where it is there twice. */
function continued(line: string, mark: string): string | undefined {
  const text = line.replace(/[ \t]*\r?\n?$/, '');
  return text.endsWith(mark) && !text.endsWith(mark + mark) ? text.slice(0, -mark.length) : undefined;
}

/** What a directive says, which stands above everything else; else a backslash. */
function escapeIn(dockerfile: string): string {
  for (const line of dockerfile.replace(/^\xEF\xBB\xBF/, '').split('\n')) {
    const [, name, value] = /^\s*#\s*([a-z][a-z0-9]*)\s*=\s*(.+?)\s*$/i.exec(line) ?? [];
    if (name === undefined) break;
    if (name.toLowerCase() === 'escape') return value ?? '';
  }
  return '\\';
}
