import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { NIGHTLY } from '../../../src/cli/init-nightly.ts';
import { TEMPLATES } from '../../../src/cli/init-templates.ts';
import { loadMatrix } from '../../../src/spec/matrix/load.ts';

const files = new Map(Object.values(NIGHTLY).flatMap((set) => set.map(({ file, text }) => [file, text] as const)));

describe('the files of a night', () => {
  test('have a matrix that loads, and runs the spec that `runner init` writes', () => {
    const matrix = loadMatrix({
      file: 'matrix.yaml',
      path: '/w/matrix.yaml',
      text: Buffer.from(files.get('matrix.yaml') ?? ''),
      environment: {},
      set: [],
    });
    expect(matrix.spec).toBe(`/w/${TEMPLATES['single']?.file}`);
    expect(Object.keys(matrix.report).toSorted()).toEqual(['html', 'json', 'junit', 'markdown', 'prometheus']);
  });

  test.each(['.gitlab-ci.yml', 'nightly/gitlab-ci.yml'])('%s keeps the nights and publishes the report', (file) => {
    const { 'nightly-matrix': job } = parse(files.get(file) ?? '') as Record<
      string,
      { script: string[]; cache: { paths: string[] }; artifacts: { paths: string[]; reports: { junit: string } } }
    >;
    expect(job?.script).toEqual(['runner matrix']);
    expect(job?.cache.paths).toEqual(['.runner-state/matrix/']);
    expect(job?.artifacts).toMatchObject({ paths: ['out/'], reports: { junit: 'out/junit.xml' }, when: 'always' });
  });

  test('.github/workflows/nightly.yml runs by the clock and publishes the report whatever the outcome', () => {
    const flow = parse(files.get('.github/workflows/nightly.yml') ?? '') as {
      on: { schedule: { cron: string }[] };
      jobs: { matrix: { steps: { run?: string; if?: string; uses?: string }[] } };
    };
    expect(flow.on.schedule[0]?.cron).toMatch(/^\d+ \d+ \* \* \*$/);
    const { steps } = flow.jobs.matrix;
    expect(steps.map(({ run, uses }) => run ?? uses?.split('@')[0])).toEqual([
      'actions/checkout',
      'runner matrix',
      'cat out/report.md >> "$GITHUB_STEP_SUMMARY"',
      'actions/upload-artifact',
    ]);
    expect(steps.slice(2).every((step) => step.if === 'always()')).toBe(true);
  });

  test.each(['Jenkinsfile', 'nightly/Jenkinsfile'])('%s has its brackets right, runs by the clock and publishes the page', (file) => {
    const text = (files.get(file) ?? '').replace(/'[^']*'|\/\/.*/g, '');
    for (const [open, close] of ['{}', '()', '[]']) expect(text.split(open ?? '').length).toBe(text.split(close ?? '').length);
    expect(files.get(file)).toMatch(
      /cron\('H 2 \* \* \*'\)[\s\S]*runner matrix[\s\S]*junit testResults: 'out\/junit.xml'[\s\S]*report\.html/,
    );
  });
});
