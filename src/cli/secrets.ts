import { readFile } from 'node:fs/promises';
import { RunnerError } from '../errors.ts';
import type { SecretSpec } from '../spec/spec.ts';
import type { World } from './world.ts';

/** The values, in the order of the specs. Throws `spec.invalid` for one that is not there: before anything is created. */
export async function readSecrets(
  specs: readonly SecretSpec[],
  { environment }: Pick<World, 'environment'>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const values = await Promise.all(specs.map(async (spec) => [spec.name, await secretValue(spec, environment)] as const));
  return new Map(values);
}

async function secretValue({ name, from }: SecretSpec, environment: World['environment']): Promise<Uint8Array> {
  if ('env' in from) {
    const value = environment[from.env];
    if (value !== undefined) return Buffer.from(value);
    throw new RunnerError('spec.invalid', `secret ${name}: ${from.env} is not set in the environment of the runner`, {
      hint: `export ${from.env}=…, or take the secret from a file.`,
    });
  }
  try {
    return await readFile(from.file);
  } catch (cause) {
    throw new RunnerError('spec.invalid', `secret ${name}: ${from.file} can't be read`, { detail: [(cause as Error).message], cause });
  }
}
