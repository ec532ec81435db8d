import { expect, test } from 'vitest';
import { chartError } from '../../../../src/engine/helm/chart-error.ts';
import { installCommand } from '../../../../src/engine/helm/command.ts';
import type { ReleasePlan } from '../../../../src/plan/kubernetes.ts';

const PLAN: ReleasePlan = {
  kubeconfig: '/run/k',
  release: 'web',
  chart: '/charts/page',
  namespace: 'shop',
  values: ['/ci.yaml'],
  set: { 'image.tag': '1.10', replicas: 2, debug: true },
  timeoutMs: 90_500,
  test: false,
};
const error = (...said: string[]) =>
  chartError({ plan: PLAN, command: installCommand(PLAN), end: { code: 1, lastLines: said.flatMap((text) => text.split('\n')) } });

test.each([
  [
    'Error: INSTALLATION FAILED: template: page/templates/web.yaml:12:20: executing "page/templates/web.yaml" at <.Values.image.tag>: nil pointer evaluating interface {}.tag',
    { file: '/charts/page/templates/web.yaml', line: 12, column: 20 },
  ],
  [
    'Error: INSTALLATION FAILED: parse error at (page/templates/web.yaml:5): unclosed action',
    { file: '/charts/page/templates/web.yaml', line: 5, column: 1 },
  ],
  [
    'Error: INSTALLATION FAILED: execution error at (page/templates/web.yaml:3:4): a host is required',
    { file: '/charts/page/templates/web.yaml', line: 3, column: 4 },
  ],
  [
    'Error: INSTALLATION FAILED: YAML parse error on page/templates/web.yaml: error converting YAML to JSON: yaml: line 7: mapping values are not allowed in this context',
    { file: '/charts/page/templates/web.yaml', line: 1, column: 1 },
  ],
  [
    'Error: INSTALLATION FAILED: page/templates/web.yaml:6:18\n  executing "page/templates/web.yaml" at <.Values.page.host>:\n    nil pointer evaluating interface {}.host',
    { file: '/charts/page/templates/web.yaml', line: 6, column: 18 },
  ],
])('a chart that does not render is told with its template: %s', (line, at) => {
  expect(error(line)).toMatchObject({ code: 'chart.invalid', at });
});

test('of a place and its story, as Helm 4 tells them, both are the message', () => {
  const text = 'Error: INSTALLATION FAILED: page/templates/web.yaml:6:18\n  executing "page/templates/web.yaml" at <.x>:\n    nil pointer';
  expect(error(text).message).toBe(
    'chart page does not render: page/templates/web.yaml:6:18 executing "page/templates/web.yaml" at <.x>: nil pointer',
  );
});

test('values that the schema refuses are the fault of the chart', () => {
  expect(
    error("Error: INSTALLATION FAILED: values don't meet the specifications of the schema(s) in the following chart(s):"),
  ).toMatchObject({
    code: 'chart.invalid',
    at: undefined,
  });
});

test('a chart that is not there is told so', () => {
  expect(error('Error: INSTALLATION FAILED: path "/charts/page" not found')).toMatchObject({ code: 'chart.missing' });
});

test('of several errors the first is the message, and all are in the detail', () => {
  const { message, detail } = error('Error: INSTALLATION FAILED: 2 errors occurred:', '\t* admission refused it', '\t* and this, too');
  expect(message).toBe('installing release web failed: admission refused it');
  expect(detail).toContain('\t* and this, too');
});

test('values keep their types on the command line, and Helm does not wait for itself', () => {
  const command = installCommand(PLAN);
  expect(command.join(' ')).toBe(
    'helm install web /charts/page --kubeconfig /run/k --namespace shop --timeout 91s --create-namespace --values /ci.yaml --set-json image.tag="1.10" --set-json replicas=2 --set-json debug=true',
  );
});
