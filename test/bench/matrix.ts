import { htmlPage } from '../../src/matrix/report/html/page.ts';
import { summarize } from '../../src/matrix/summarize.ts';
import { wholeNight } from '../support/matrix-samples.ts';
import type { Count } from './counts.ts';
import { median, type Pair } from './pair.ts';
import { benchFolder, program, RUNNER } from './programs.ts';

const RUNS = 10;
const cwd = benchFolder({
  'noop.yaml': 'image: busybox:1\nsteps: [{ name: work, run: "sleep 1" }]\n',
  'matrix.yaml': `spec: noop.yaml\nmatrix: { pattern: [single] }\nrepeat: ${RUNS}\n`,
});
const exec = `${RUNNER} exec noop.yaml --pattern single --set workspace.mode=copy --progress quiet --result r.json --artifacts-dir artifacts`;

/** The start of the matrix itself is shared by its runs. */
export const MATRIX_PAIRS: Readonly<Record<string, Pair>> = {
  matrix: {
    name: `a matrix of ${RUNS} runs of a second ÷ as many runner exec`,
    target: '≤ 1.05',
    pairs: 8,
    a: { label: 'runner matrix', run: program(RUNNER, ['matrix', '--quiet'], { cwd }) },
    b: { label: 'runner exec', run: program('sh', ['-c', `i=0; while [ $i -lt ${RUNS} ]; do ${exec}; i=$((i + 1)); done`], { cwd }) },
  },
};

export const MATRIX_COUNTS: Readonly<Record<string, Count>> = {
  'matrix-page': {
    name: 'the page of 10,000 results: size; seconds',
    target: '≤ 2 MB; ≤ 3 s',
    run: async () => {
      const results = wholeNight(2_000);
      let bytes = 0;
      const seconds = [1, 2, 3, 4, 5].map(() => {
        const start = performance.now();
        bytes = htmlPage(summarize(results, { earlier: [], baselineOf: () => undefined })).length;
        return (performance.now() - start) / 1_000;
      });
      return {
        figure: `${(bytes / 1e6).toFixed(2)} MB; ${median(seconds).toFixed(2)} s`,
        spread: `${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)} s`,
        n: results.ended.size,
      };
    },
  },
};
