import type { SecretSpec } from '../spec/spec.ts';

/** Where a step finds its secrets, one file each; also in `RUNNER_SECRETS`. */
export const SECRETS_DIR = '/run/secrets';

/**
 * The argv that runs a script. With secrets a small `sh` comes first: it reads them from standard input (the only way in
 * that shows up neither in `inspect`, nor in the daemon's events, nor in a layer), writes a file each, then becomes the shell.
 * Each arrives as its length, a newline and that many bytes: see `secretsInput`.
 */
export function scriptCommand(shell: readonly string[], script: string, secrets: SecretsPlace): readonly string[] {
  const argv = [...shell, script];
  if (secrets.specs.length === 0) return argv;
  return ['sh', '-euc', receiver(secrets), 'sh', ...argv];
}

export interface SecretsPlace {
  readonly specs: readonly SecretSpec[];
  readonly dir: string;
}

/** An argv that a line on its standard input lets go, and that ends when there is none. */
export const gated = (argv: readonly string[]): readonly string[] => ['sh', '-euc', 'read -r go; exec "$@" </dev/null', 'sh', ...argv];

/** What lets a gated command go. */
export const GO: Uint8Array = Buffer.from('go\n');

/** `dd` with blocks of one byte and the shell's `read` take exactly their bytes from the pipe; `head -c` may take more. */
function receiver({ specs, dir }: SecretsPlace): string {
  const names = specs.map(({ name }) => name).join(' ');
  const exposed = specs.filter(({ expose }) => expose === 'env').map(({ name }) => `export ${name}="$(cat ${quote(`${dir}/${name}`)})"`);
  return [
    `(umask 077; for name in ${names}; do read -r size; dd bs=1 count="$size" of=${quote(dir)}/"$name" 2>/dev/null; done)`,
    ...exposed,
    'exec "$@" </dev/null',
  ].join('\n');
}

/** What `scriptCommand` reads: the values in the order of the specs. */
export const secretsInput = (values: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat(values.flatMap((value) => [Buffer.from(`${value.length}\n`), value]));

/** A word as a POSIX shell reads it back. */
export const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** Keeps a container running for others: needs nothing but the shell that the steps need anyway, and ends at once on TERM. */
export const HOLD: readonly string[] = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 86400 & wait $!; done'];
