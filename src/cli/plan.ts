import { scriptOf } from '../plan/script.ts';
import { specRequest } from './exec-flags.ts';
import { SPEC_FLAGS } from './flag-tables.ts';
import { oneOf, parseFlags, textOf } from './flags.ts';
import { loadPlan } from './load-plan.ts';
import { planText } from './plan-text.ts';
import { settingsOf } from './settings.ts';
import type { Command } from './world.ts';

/** What `exec` would do, without a daemon being asked. */
export const plan: Command = async (world, argv) => {
  const parsed = parseFlags('plan', { ...SPEC_FLAGS, format: { type: 'string' } }, argv);
  const format = oneOf('--format', textOf(parsed, 'format'), ['text', 'json', 'sh'] as const) ?? 'text';
  const request = specRequest(parsed);
  const { allow = '' } = await settingsOf(world);
  const planned = await loadPlan(world, request, [...request.allow, ...allow.split(',')]);
  const text = { text: () => planText(planned), json: () => `${JSON.stringify(planned, null, 2)}\n`, sh: () => scriptOf(planned) };
  await world.stdout.write(text[format]());
  return 0;
};
