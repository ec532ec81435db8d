import { quote } from '../plan/command.ts';
import type { Plan } from '../plan/plan.ts';
import type { Report } from '../report/report.ts';
import { decisive } from '../report/sentences.ts';
import type { Advice } from '../report/summary.ts';

/** Commands worth pasting after a failure: all that led to it again, with the `flags` that changed the spec, and a shell where it failed. */
export const adviceFor =
  (plan: Plan, flags: readonly string[]) =>
  (report: Report): Advice => {
    const first = report.steps.find(({ kind, status }) => kind === 'task' && status !== 'skipped');
    const isAlone = first !== undefined && first === decisive(report);
    const base = ['runner exec', quote(plan.file), `--pattern ${plan.pattern}`, ...flags.map(quote)].join(' ');
    const step = isAlone ? ` --step ${quote(first.name)}` : ''; // a later step needs what those before it made
    const kept = report.kept?.container;
    return { reproduce: `${base}${step}`, inside: kept ? `docker exec -it ${kept} sh` : `${base} --keep on-failure` };
  };
