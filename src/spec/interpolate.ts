import type { Path } from './path.ts';
import type { Env } from './spec.ts';

/** `$$`, or `${` up to the first `}` or the end of the text. */
const TOKEN = /\$\$|\$\{([^}]*)(\}?)/g;
const REFERENCE = /^([A-Za-z_]\w*)(?:(:[-?])(.*))?$/s;

const UNCLOSED = `has a \`\${\` without its \`}\`; write \`$\${\` for a plain one`;

export interface Interpolated {
  readonly text: string;
  /** What is wrong with the references, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Replaces `${VAR}`, `${VAR:-default}` and `${VAR:?message}` by values of the environment, and `$$` by a dollar.
 * The two longer forms treat an empty value like an unset one, as a shell does. A `$VAR` without braces stays as it is.
 */
export function interpolate(text: string, environment: Env): Interpolated {
  if (!text.includes('$')) return { text, problems: [] };
  const problems: string[] = [];
  const replaced = text.replaceAll(TOKEN, (token, inside: string | undefined, brace: string) => {
    if (inside === undefined) return '$';
    const value = brace === '' ? { problem: UNCLOSED } : replacementOf(inside, environment);
    if (typeof value === 'string') return value;
    problems.push(value.problem);
    return token;
  });
  return { text: replaced, problems };
}

/** Scripts belong to their shell: nothing in a `run` is interpolated, nor in a step that is a plain text. */
export function isScript(path: Path): boolean {
  const [top, , key, inner] = path;
  if (top === 'steps') return path.length === 2 || key === 'run';
  return top === 'services' && key === 'ready' && inner === 'run';
}

function replacementOf(inside: string, environment: Env): string | { readonly problem: string } {
  const [, name, operator, operand] = REFERENCE.exec(inside) ?? [];
  if (name === undefined) return { problem: malformed(inside) };
  if (operand?.includes('${')) return { problem: `has a reference inside the reference to ${name}; they cannot be nested` };
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (operator === undefined) return value ?? { problem: unset(name) };
  if (value) return value;
  if (operator === ':-') return operand ?? '';
  return { problem: `needs the environment variable ${name}${operand ? `: ${operand}` : ''}` };
}

const unset = (name: string): string =>
  `refers to the environment variable ${name}, which is not set; set it, or write \`\${${name}:-}\` where it may be empty`;

const malformed = (inside: string): string =>
  `has \`\${${inside}}\`, which is not one of \`\${VAR}\`, \`\${VAR:-default}\`, \`\${VAR:?message}\`; write \`$$\` for a plain dollar`;
