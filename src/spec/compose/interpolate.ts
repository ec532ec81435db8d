import type { Interpolated } from '../interpolate.ts';
import type { Env } from '../spec.ts';

const TOKEN = /\$\$|\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)(?:(:?[-?+])([^}]*))?\}|\$/g;

/** Replaces what Compose replaces: `$VAR` and `${VAR}` with `-`, `?` and `+`, each with or without a colon. Unset is a problem, not empty. */
export function interpolateCompose(text: string, environment: Env): Interpolated {
  const problems: string[] = [];
  const replaced = text.replaceAll(TOKEN, (token, bare?: string, name?: string, operator?: string, operand?: string) => {
    if (token === '$$') return '$';
    const value = replacementOf({ name: bare ?? name, operator, operand: operand ?? '' }, environment);
    if (value !== undefined) return value;
    problems.push(complaint(token, { name: bare ?? name, operator, operand: operand ?? '' }));
    return token;
  });
  return { text: replaced, problems };
}

interface Reference {
  readonly name: string | undefined;
  readonly operator: string | undefined;
  readonly operand: string;
}

function replacementOf({ name, operator, operand }: Reference, environment: Env): string | undefined {
  if (name === undefined) return undefined;
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  const isSet = value !== undefined && (value !== '' || !operator?.startsWith(':'));
  if (operator?.endsWith('+')) return isSet ? operand : '';
  if (operator?.endsWith('-')) return isSet ? value : operand;
  return isSet ? value : undefined;
}

function complaint(token: string, { name, operator, operand }: Reference): string {
  if (name === undefined) return 'has a `$` that begins no reference; write `$$` for a plain one';
  if (operator) return `needs the environment variable ${name}${operand ? `: ${operand}` : ''}`;
  return `refers to the environment variable ${name}, which is not set (${token})`;
}
