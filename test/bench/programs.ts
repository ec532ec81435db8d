import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT: string = path.resolve(import.meta.dirname, '../..');
export const RUNNER: string = path.join(ROOT, 'runner');

/** A folder for the specs of a benchmark, with a state folder of its own. */
export function benchFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'runner-bench-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** A program as a whole process, its output read and thrown away. Rejects when it exits with another code than expected. */
export function program(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly code?: number } = {},
): () => Promise<void> {
  return () =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, RUNNER_STATE_DIR: path.join(options.cwd ?? tmpdir(), 'state') };
      const child = spawn(command, args, { cwd: options.cwd ?? tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'] });
      let errors = '';
      child.stdout.resume();
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      child.on('close', (code) =>
        code === (options.code ?? 0) ? resolve() : reject(new Error(`${command} ${args.join(' ')}: exit code ${code}\n${errors}`)),
      );
    });
}
