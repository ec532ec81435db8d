import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SETTING_NAMES, type SettingName, type Settings } from '../spec/settings.ts';
import type { World } from './world.ts';

const NOT_FOR_PROJECTS: readonly string[] = ['allow', 'keep_runs', 'keep_runs_for', 'keep_runs_size'] satisfies SettingName[];

/**
 * What is set outside the spec: flags (the caller's), then `RUNNER_*`, then `.runner.yaml` found upwards, then the user's
 * config, then the system's. `.runner.yaml` says nothing of `allow`, since who writes the spec must not also allow what it asks,
 * and nothing of stored runs, which are those of other projects, too.
 */
export async function settingsOf({ environment, folder }: Pick<World, 'environment' | 'folder'>): Promise<Settings> {
  const fromEnvironment = Object.fromEntries(
    SETTING_NAMES.flatMap((name) => {
      const value = environment[`RUNNER_${name.toUpperCase()}`];
      return value === undefined ? [] : [[name, value] as [SettingName, string]];
    }),
  );
  const written = await read(findUpwards(folder));
  const project = Object.fromEntries(Object.entries(written).filter(([name]) => !NOT_FOR_PROJECTS.includes(name)));
  const user = await read(userSettingsFile(environment));
  const system = await read('/etc/build-pattern-runner/config.yaml');
  return { ...system, ...user, ...project, ...fromEnvironment };
}

/** Where a user's own settings are, whether or not there are any. */
export function userSettingsFile(environment: World['environment']): string {
  const config = environment['XDG_CONFIG_HOME'] || path.join(environment['HOME'] || '/', '.config');
  return path.join(config, 'build-pattern-runner', 'config.yaml');
}

function findUpwards(folder: string): string {
  const file = path.join(folder, '.runner.yaml');
  const parent = path.dirname(folder);
  return existsSync(file) || parent === folder ? file : findUpwards(parent);
}

async function read(file: string): Promise<Settings> {
  if (!existsSync(file)) return {};
  const { parseSettings } = await import('../spec/settings.ts');
  return parseSettings(file, readFileSync(file, 'utf8'));
}
