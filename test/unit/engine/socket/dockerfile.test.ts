import { expect, test } from 'vitest';
import { labelledStages } from '../../../../src/engine/socket/dockerfile.ts';

const LABEL = 'LABEL "a"="b"\n';

test.each([
  ['a stage', 'FROM x\nRUN y\n', `FROM x\n${LABEL}RUN y\n`],
  ['every stage', 'FROM x AS a\nRUN y\nfrom a\nCOPY z .', `FROM x AS a\n${LABEL}RUN y\nfrom a\n${LABEL}COPY z .`],
  ['a line without an end', 'FROM x', `FROM x\n${LABEL}`],
  ['labels of its own', 'FROM x\nLABEL a=c\nRUN y\n', `FROM x\n${LABEL}LABEL a=c\n${LABEL}RUN y\n`],
  [
    'directives, arguments and remarks',
    '# syntax=z\nARG v\n# FROM no\n\n FROM x:$v\n',
    `# syntax=z\nARG v\n# FROM no\n\n FROM x:$v\n${LABEL}`,
  ],
  ['an instruction of several lines', 'FROM \\ \n# remark\n\n  x\nRUN y\n', `FROM \\ \n# remark\n\n  x\n${LABEL}RUN y\n`],
  ['an instruction that is cut in its word', 'FRO\\\nM x\nRUN y\n', `FRO\\\nM x\n${LABEL}RUN y\n`],
  ['a word in another instruction', 'FROM x\nRUN a \\\n  FROM b\n', `FROM x\n${LABEL}RUN a \\\n  FROM b\n`],
  ['another mark for a line that goes on', '# escape=`\nFROM x\nRUN a `\n FROM b\n', `# escape=\`\nFROM x\n${LABEL}RUN a \`\n FROM b\n`],
  ['lines that end as on Windows', 'FROM \\\r\n x\r\nRUN y\r\n', `FROM \\\r\n x\r\n${LABEL}RUN y\r\n`],
  ['a mark for the order of bytes', '\xEF\xBB\xBFFROM x\n', `\xEF\xBB\xBFFROM x\n${LABEL}`],
])('labels stand in every stage of a Dockerfile with %s', (_, dockerfile, labelled) => {
  expect(labelledStages(dockerfile, { a: 'b' })).toBe(labelled);
});

test('what a label says is replaced by nothing, whatever the Dockerfile’s own mark is', () => {
  expect(labelledStages('FROM x\n', { a: 'b "$c" `\\' })).toBe('FROM x\nLABEL "a"="b \\"\\$c\\" `\\\\"\n');
  expect(labelledStages('# escape=`\nFROM x\n', { a: 'b "$c" `\\' })).toBe('# escape=`\nFROM x\nLABEL "a"="b `"`$c`" ``\\"\n');
});
