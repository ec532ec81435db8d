import { METRIC_NAMES, METRICS, QUESTIONS } from '../../src/spec/matrix/metrics.ts';

const INTRODUCTION: Readonly<Record<(typeof QUESTIONS)[number], string>> = {
  repeatable: 'Does the same come out every time?',
  reliable: 'Does it end well, whatever happens?',
  maintainable: 'What has to be kept in order? These figures come from the spec, the plan and `runner doctor`; nothing is run for them.',
  scalable: 'What does it cost, and how much of it goes at once?',
};

/** The tables of docs/viability.md: a metric's definition stands in one place, and is printed wherever it is needed. */
export const definitionsMarkdown = (): string =>
  QUESTIONS.map((question) =>
    [
      `## ${question[0]?.toUpperCase()}${question.slice(1)}`,
      '',
      INTRODUCTION[question],
      '',
      ...METRIC_NAMES.filter((metric) => METRICS[metric].question === question).map(
        (metric) =>
          `- **\`${metric}\`**${METRICS[metric].unit === '' ? '' : `, ${METRICS[metric].unit}`}: ${METRICS[metric].about}. The ${METRICS[metric].better}, the better.`,
      ),
      '',
    ].join('\n'),
  ).join('\n');
