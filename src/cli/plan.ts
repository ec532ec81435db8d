import type { SelfEngine } from '../engine/ports/self.ts';
import { RunnerError } from '../errors.ts';
import { scriptOf } from '../plan/script.ts';
import { specRequest } from './exec-flags.ts';
import { SPEC_FLAGS } from './flag-tables.ts';
import { oneOf, parseFlags, textOf } from './flags.ts';
import { loadPlan } from './load-plan.ts';
import { planText } from './plan-text.ts';
import { settingsOf } from './settings.ts';
import type { Command, World } from './world.ts';

/** What `exec` would do. A daemon is asked only where the runner is in a container, and only how it sees that one. */
export const plan: Command = async (world, argv) => {
  const parsed = parseFlags('plan', { ...SPEC_FLAGS, format: { type: 'string' } }, argv);
  const format = oneOf('--format', textOf(parsed, 'format'), ['text', 'json', 'sh'] as const) ?? 'text';
  const request = specRequest(parsed);
  const { allow = '' } = await settingsOf(world);
  const { self } = (await world.connector())({ dockerContext: request.dockerContext });
  const planned = await loadPlan(world, request, { allow: [...request.allow, ...allow.split(',')], self: patient(self, world) });
  const text = { text: () => planText(planned), json: () => `${JSON.stringify(planned, null, 2)}\n`, sh: () => scriptOf(planned) };
  await world.stdout.write(text[format]());
  return 0;
};

/** A plan can be read where no daemon answers, with paths as the runner sees them. */
const patient = (self: SelfEngine, { stderr }: World): SelfEngine => ({
  ...self,
  async locate(asked) {
    try {
      return await self.locate(asked);
    } catch (thrown) {
      if (!(thrown instanceof RunnerError) || !UNANSWERED.includes(thrown.code)) throw thrown;
      await stderr.write(`paths are shown as the runner sees them: ${thrown.message}\n`);
      return { where: 'in a container', tried: [], paths: { seen: 'same' } };
    }
  },
});

const UNANSWERED: readonly string[] = ['docker.unreachable', 'docker.permission'];
