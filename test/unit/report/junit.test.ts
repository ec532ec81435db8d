import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunnerError } from '../../../src/errors.ts';
import { junitXml } from '../../../src/report/junit.ts';
import { reportOf, stepReport } from './support/samples.ts';

const failed = { status: 'failed', exit: { code: 2, oomKilled: false } } as const;
const gone = new RunnerError('docker.gone', 'the daemon went away', { detail: ['it was there'], hint: 'Start it.' });

test('a suite has one case a task, with its time, and the last lines of what failed', () => {
  const steps = [
    stepReport('net', { kind: 'network' }),
    stepReport('build'),
    stepReport('lint', { ...failed, allowed: true }),
    stepReport('unit', failed),
    stepReport('publish', { status: 'skipped', durationMs: 0 }),
  ];
  expect(junitXml(reportOf({ status: 'failed', steps }), (step) => (step === 'unit' ? ['not ok 1', 'a < b && "c"'] : []))).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="demo" tests="4" failures="1" errors="0" skipped="2" time="12.340">
  <testsuite name="demo" tests="4" failures="1" errors="0" skipped="2" time="12.340" timestamp="2026-01-02T03:04:05" id="01936f2c-9a10-7c3e-8b44-5f0d2a9c1e77">
    <testcase classname="demo" name="build" time="3.200"/>
    <testcase classname="demo" name="lint" time="3.200"><skipped message="lint exited with 2, which its spec allows (3.2 s)"/></testcase>
    <testcase classname="demo" name="unit" time="3.200">
      <failure message="unit exited with 2 (3.2 s)" type="exit">not ok 1
a &lt; b &amp;&amp; &quot;c&quot;</failure>
    </testcase>
    <testcase classname="demo" name="publish" time="0.000"><skipped message="publish was skipped"/></testcase>
  </testsuite>
</testsuites>
`,
  );
});

test('a preparation that went wrong is a case of its own, with what to try', () => {
  const xml = junitXml(reportOf({ status: 'errored', steps: [stepReport('net', { kind: 'network', status: 'errored', error: gone })] }));
  expect(xml).toContain('tests="1" failures="0" errors="1"');
  expect(xml).toContain('type="docker.gone">it was there\ntry: Start it.</error>');
});

test('a step that ran out of time says so', () => {
  expect(junitXml(reportOf({ steps: [stepReport('slow', { ...failed, timedOut: true })] }))).toContain(
    'message="slow timed out (3.2 s)" type="timeout"',
  );
});

test('whatever a step prints, the XML has only characters that XML allows, and its text cannot end the element', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 40 });
  const nasty = fc.oneof(anything, fc.constantFrom(']]>', '</failure>', '\u001b[31mred\u001b[0m', '\ud800', '\u0000\ufffe', '&amp;'));
  fc.assert(
    fc.property(fc.array(nasty), (lines) => {
      const xml = junitXml(reportOf({ steps: [stepReport('unit', failed)] }), () => lines);
      expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
      const text = /<failure[^>]*>([\s\S]*)<\/failure>\n {4}<\/testcase>/.exec(xml)?.[1];
      expect(text).not.toMatch(/[<>"]|&(?!(amp|lt|gt|quot);)/);
    }),
    { numRuns: 1_000 },
  );
});
