import type { Report, StepReport } from './report.ts';
import { endText } from './sentences.ts';
import { attributes, escaped } from './xml.ts';

/**
 * The report as JUnit XML, for Jenkins and GitLab: a suite of the run's name with one case a task, and one for each
 * other step that went wrong. `tailOf` gives the last lines of a step, which are shown with its failure.
 */
export function junitXml(report: Report, tailOf: (step: string) => readonly string[] = () => []): string {
  const cases = report.steps.filter((step) => step.kind === 'task' || step.status === 'errored');
  const count = (tag: Tag): number => cases.filter((step) => tagOf(step) === tag).length;
  const totals = attributes({
    name: report.name,
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds(report.durationMs),
  });
  const suite = attributes({ timestamp: report.startedAt.replace(/\.\d+Z$/, ''), id: report.run });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${totals}>`,
    `  <testsuite${totals}${suite}>`,
    ...cases.map((step) => caseXml(step, { suite: report.name, tail: tailOf(step.name) })),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

type Tag = 'failure' | 'error' | 'skipped';

/** A failure that the spec allows is told, and counts as skipped: it must not turn the run red. */
function tagOf(step: StepReport): Tag | undefined {
  if (step.allowed || step.status === 'skipped' || step.status === 'cancelled') return 'skipped';
  if (step.status === 'failed') return 'failure';
  return step.status === 'errored' ? 'error' : undefined;
}

function caseXml(step: StepReport, { suite, tail }: { readonly suite: string; readonly tail: readonly string[] }): string {
  const head = `    <testcase${attributes({ classname: suite, name: step.name, time: seconds(step.durationMs) })}`;
  const tag = tagOf(step);
  if (tag === undefined) return `${head}/>`;
  const message = endText(step);
  if (tag === 'skipped') return `${head}><skipped${attributes({ message })}/></testcase>`;
  const text = [...(step.error?.detail ?? []), ...(step.error?.hint ? [`try: ${step.error.hint}`] : []), ...tail].map(escaped).join('\n');
  const type = step.error?.code ?? (step.timedOut ? 'timeout' : 'exit');
  return `${head}>\n      <${tag}${attributes({ message, type })}>${text}</${tag}>\n    </testcase>`;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
