import { RunnerError } from '../errors.ts';

/** Everything a settings file may hold; flags and `RUNNER_*` variables of the same names win over it. */
export const SETTING_NAMES = ['progress', 'group', 'color', 'timestamps', 'grace', 'keep_runs', 'allow'] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

/** Values as written; a list is joined by commas. */
export type Settings = Readonly<Partial<Record<SettingName, string>>>;

/** A settings file (`.runner.yaml`, the user's or the system's config). Throws `usage.invalid` for what it does not know. */
export async function parseSettings(file: string, text: string): Promise<Settings> {
  const { parse } = await import('yaml');
  const document: unknown = (() => {
    try {
      return parse(text, { maxAliasCount: 10 }) ?? {};
    } catch (cause) {
      throw new RunnerError('usage.invalid', `${file} is not YAML`, { detail: [(cause as Error).message.split('\n')[0] ?? ''], cause });
    }
  })();
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new RunnerError('usage.invalid', `${file}: expected settings, one a line`);
  return Object.fromEntries(
    Object.entries(document).map(([name, value]) => [known(file, name), Array.isArray(value) ? value.join(',') : String(value)]),
  );
}

function known(file: string, name: string): SettingName {
  if ((SETTING_NAMES as readonly string[]).includes(name)) return name as SettingName;
  throw new RunnerError('usage.invalid', `${file}: there is no setting ${name}`, { hint: `Known: ${SETTING_NAMES.join(', ')}.` });
}
