import path from 'node:path';
import { type Place, RunnerError } from '../../errors.ts';
import type { ReleasePlan } from '../../plan/kubernetes.ts';
import type { ToolEnd } from '../tool.ts';
import type { Command } from './command.ts';

interface Failed {
  readonly plan: ReleasePlan;
  readonly command: Command;
  readonly end: ToolEnd;
}

/** What Helm said, as an error that points at the chart where the chart is to blame. */
export function chartError({ plan, command, end }: Failed): RunnerError {
  const text = end.lastLines.join('\n');
  const message = messageIn(text) || `helm ended with exit code ${end.code}`;
  const detail = [...end.lastLines, `command: ${command.join(' ')}`];
  const at = placeIn(text, plan.chart);
  if (at || NOT_RENDERED.test(text))
    return new RunnerError('chart.invalid', `chart ${nameOf(plan)} does not render: ${message}`, {
      detail,
      ...(at && { at }),
      hint: `See it with: helm template ${plan.chart}`,
    });
  if (NOT_FOUND.test(text))
    return new RunnerError('chart.missing', `there is no chart ${plan.chart}: ${message}`, {
      detail,
      hint: 'A folder with a Chart.yaml, or repository/name of a repository that `helm repo list` shows.',
    });
  return new RunnerError(
    'chart.failed',
    `${command[1] === 'test' ? 'the tests of release' : 'installing release'} ${plan.release} failed: ${message}`,
    {
      detail,
      hint: 'Look at the lines above.',
    },
  );
}

const nameOf = ({ chart }: ReleasePlan): string => path.basename(chart);

/** What comes after `Error:`, without what Helm puts before every one; of a list of errors the first, of a place and its story both. */
function messageIn(text: string): string {
  const said = /^Error: ([\s\S]*)$/m.exec(text)?.[1] ?? '';
  const [first = '', ...more] = said
    .replace(/^(?:INSTALLATION FAILED|UPGRADE FAILED): /, '')
    .replace(/(^|: )\d+ errors? occurred:\s*\* /, '$1')
    .split('\n');
  const story = /:\d+:\d+$/.test(first) ? more.filter((line) => line.startsWith(' ')) : [];
  return [first, ...story].map((line) => line.trim()).join(' ');
}

const NOT_RENDERED =
  /YAML parse error on|parse error at|template: |execution error at|error converting YAML to JSON|don't meet the specifications of the schema|unable to build kubernetes objects|failed parsing --set|failed to parse .*values|invalid value|missing in charts\/ directory/;
const NOT_FOUND =
  /path ".*" not found|Chart\.yaml file is missing|repo .* not found|failed to download|chart ".*" .*not found|non-absolute URLs/;

/** `template: web/templates/page.yaml:12:20`, with Helm 4 alone on its line; of YAML that Helm can't read, only the template is known. */
const PLACES =
  /(?:template: |parse error at \(|execution error at \(|error on |^(?:Error: )?(?:INSTALLATION FAILED: )?(?=\S+:\d+:\d+$))([\w.-]+)\/([^\s:]+)(?::(\d+))?(?::(\d+))?/gm;

/** The innermost: an error in a template that others include is told from the outside in. */
function placeIn(text: string, chart: string): Place | undefined {
  const [, , file, line = '1', column = '1'] = [...text.matchAll(PLACES)].at(-1) ?? [];
  return file && path.isAbsolute(chart) ? { file: path.join(chart, file), line: Number(line), column: Number(column) } : undefined;
}
