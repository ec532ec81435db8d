import { quote } from '../plan/command.ts';
import type { Plan } from '../plan/plan.ts';
import type { Report } from '../report/report.ts';
import type { Advice } from '../report/summary.ts';

/** Commands worth pasting after a failure: the failed step again, and a shell where it failed. */
export const adviceFor =
  (plan: Plan) =>
  (report: Report): Advice => {
    const failed = report.steps.find(
      (step) => step.kind === 'task' && (step.status === 'failed' || step.status === 'errored') && !step.allowed,
    );
    const base = `runner exec ${quote(plan.file)} --pattern ${plan.pattern}`;
    const step = failed ? ` --step ${quote(failed.name)}` : '';
    const kept = report.kept?.container;
    return { reproduce: `${base}${step}`, inside: kept ? `docker exec -it ${kept} sh` : `${base} --keep on-failure` };
  };
