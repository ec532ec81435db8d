import type { Plan, Step } from '../../plan/plan.ts';

/** True for steps whose output people want to follow; builds and services speak only when asked, or when they fail. */
export function isHeard(step: Step, verbose: boolean): boolean {
  switch (step.kind) {
    case 'task':
      return true;
    case 'build':
      return verbose;
    case 'container':
      return verbose && step.role !== 'holder';
    case 'cluster':
    case 'completion':
    case 'preload':
    case 'export':
    case 'load':
    case 'manifests':
    case 'helm':
    case 'check':
      return verbose;
    case 'folder':
    case 'probe':
    case 'network':
    case 'volume':
    case 'cache':
    case 'socket':
    case 'artifacts':
      return false;
  }
}

/** Names of the steps that will be heard; with a single one, nothing needs a prefix. */
export const heardSteps = (plan: Plan, verbose: boolean): readonly string[] =>
  plan.steps.filter((step) => isHeard(step, verbose)).map((step) => step.name);
