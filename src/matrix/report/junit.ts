import { attributes, escaped } from '../../report/xml.ts';
import type { CellReport, MatrixReport } from './model.ts';

/**
 * The matrix as JUnit XML, as Jenkins and GitLab read it: a suite a cell, with a case for its runs, one for what it left behind
 * and one for each of its gates. A cell that this machine can't run is skipped.
 */
export function matrixJunit(report: MatrixReport): string {
  const suites = report.cells.map((cell) => ({ cell, cases: casesOf(cell, report) }));
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: report.name, ...totals(all) })}>`,
    ...suites.flatMap(({ cell, cases }) => [
      `  <testsuite${attributes({ name: `${report.name}.${cell.record.id}`, ...totals(cases), timestamp: report.startedAt.replace(/\.\d+Z$/, ''), id: report.matrix })}>`,
      ...cases.map(caseXml),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Case {
  readonly suite: string;
  readonly name: string;
  readonly seconds: number;
  readonly outcome?: { readonly tag: 'failure' | 'skipped'; readonly message: string; readonly type: string; readonly text: string };
}

function casesOf(cell: CellReport, { name, gates }: MatrixReport): readonly Case[] {
  const { id, unavailable } = cell.record;
  const suite = `${name}.${id}`;
  if (unavailable)
    return [
      { suite, name: 'runs', seconds: 0, outcome: { tag: 'skipped', message: unavailable.join('; '), type: 'unavailable', text: '' } },
    ];
  return [
    runsCase(suite, cell),
    ...gates
      .filter((gate) => gate.cell === id)
      .map(
        ({ metric, limit, status, says }): Case => ({
          suite,
          name: `${metric} ${limit}`,
          seconds: 0,
          ...(status === 'passed'
            ? {}
            : {
                outcome: { tag: status === 'failed' ? ('failure' as const) : ('skipped' as const), message: says, type: 'gate', text: '' },
              }),
        }),
      ),
  ];
}

/** Gates decide whether runs that failed are a failure, so this case only tells of them. */
function runsCase(suite: string, { runs, walls, failures, leaks }: CellReport): Case {
  const seconds = walls.reduce((sum, wall) => sum + wall, 0);
  if (runs.good === runs.timed && leaks.length === 0) return { suite, name: 'runs', seconds };
  const text = [
    ...failures.map(
      ({ class: kind, n, example }) =>
        `${n} × ${kind}: ${example.step === undefined ? '' : `${example.step}: `}${example.message} (${example.run ?? example.trial})`,
    ),
    ...leaks.map(({ trial, leaked }) => `${trial} left behind: ${leaked.join(', ')}`),
  ].join('\n');
  return { suite, name: 'runs', seconds, outcome: { tag: 'skipped', message: `${runs.good} of ${runs.timed} passed`, type: 'runs', text } };
}

const totals = (cases: readonly Case[]) => ({
  tests: cases.length,
  failures: cases.filter(({ outcome }) => outcome?.tag === 'failure').length,
  errors: 0,
  skipped: cases.filter(({ outcome }) => outcome?.tag === 'skipped').length,
  time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
});

function caseXml({ suite, name, seconds, outcome }: Case): string {
  const head = `    <testcase${attributes({ classname: suite, name, time: seconds.toFixed(3) })}`;
  if (!outcome) return `${head}/>`;
  const { tag, message, type, text } = outcome;
  if (tag === 'skipped')
    return `${head}><skipped${attributes({ message })}/>${text === '' ? '' : `<system-out>${escaped(text)}</system-out>`}</testcase>`;
  return `${head}><failure${attributes({ message, type })}>${escaped(text)}</failure></testcase>`;
}
