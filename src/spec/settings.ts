import { RunnerError } from '../errors.ts';
import { shapeOf } from './kinds.ts';
import { SpecProblems } from './problem.ts';
import { parseYaml } from './yaml/parse.ts';
import { unfold } from './yaml/unfold.ts';

/** Everything a settings file may hold; flags and `RUNNER_*` variables of the same names win over it. */
export const SETTING_NAMES = [
  'progress',
  'group',
  'color',
  'timestamps',
  'grace',
  'keep_runs',
  'keep_runs_for',
  'keep_runs_size',
  'allow',
] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

/** Values as written; a list is joined by commas. */
export type Settings = Readonly<Partial<Record<SettingName, string>>>;

/** A settings file (`.runner.yaml`, the user's or the system's config). Throws `usage.invalid` for what it does not know. */
export async function parseSettings(file: string, text: string): Promise<Settings> {
  const document = contentOf(file, text);
  if (shapeOf(document) !== 'mapping') throw new RunnerError('usage.invalid', `${file}: expected settings, one a line`);
  return Object.fromEntries(
    Object.entries(document as object).map(([name, value]) => [known(file, name), Array.isArray(value) ? value.join(',') : String(value)]),
  );
}

function contentOf(file: string, text: string): unknown {
  try {
    const { value, problems } = unfold(parseYaml(file, Buffer.from(text)));
    if (problems.length > 0) throw new SpecProblems(problems);
    return value ?? {};
  } catch (cause) {
    if (!(cause instanceof SpecProblems)) throw cause;
    throw new RunnerError('usage.invalid', `${file} is not YAML`, { detail: cause.detail, cause });
  }
}

function known(file: string, name: string): SettingName {
  if ((SETTING_NAMES as readonly string[]).includes(name)) return name as SettingName;
  throw new RunnerError('usage.invalid', `${file}: there is no setting ${name}`, { hint: `Known: ${SETTING_NAMES.join(', ')}.` });
}
