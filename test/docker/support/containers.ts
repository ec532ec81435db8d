import type { ContainerPlan } from '../../../src/plan/plan.ts';
import { calm, planOf, type Setting } from '../../contract/setting.ts';

export interface Said {
  readonly code: number;
  /** Both streams. */
  readonly text: string;
}

/** Created with its uploads; not started. */
export async function createdWith(setting: Setting, command: readonly string[], over: Partial<ContainerPlan> = {}): Promise<string> {
  const plan = { ...planOf(setting.name(), command), labels: setting.labels, ...over };
  await setting.engine.create(plan, { onProgress: () => {}, signal: new AbortController().signal });
  for (const upload of plan.uploads) await setting.engine.upload(plan.name, upload);
  return plan.name;
}

/** What a script says in a container of its own. */
export async function said(setting: Setting, script: string, over: Partial<ContainerPlan> = {}): Promise<Said> {
  const name = await createdWith(setting, ['sh', '-c', script], over);
  const heard: string[] = [];
  const { code } = await setting.engine.run(
    name,
    calm((_, chunk) => void heard.push(Buffer.from(chunk).toString())),
  );
  return { code, text: heard.join('') };
}
