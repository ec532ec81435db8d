import { expect, test } from 'vitest';
import { kindError, tellingLines } from '../../../../src/engine/kind/errors.ts';
import { authorityIn, withServer } from '../../../../src/engine/kind/kubeconfig.ts';
import type { ClusterPlan } from '../../../../src/plan/kubernetes.ts';

const written = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from('a certificate').toString('base64')}
    server: https://runner-1-control-plane:6443
  name: runner-1
users:
- name: server
`;

test('a kubeconfig for this machine differs from the one inside in its address alone', () => {
  const outside = withServer(written, 'https://127.0.0.1:40001');
  expect(outside).toContain('    server: https://127.0.0.1:40001\n');
  expect(withServer(outside, 'https://runner-1-control-plane:6443')).toBe(written);
});

test('the certificate of a cluster is read from its kubeconfig', () => {
  expect(authorityIn(written)).toBe('a certificate');
  expect(authorityIn('clusters: []')).toBeUndefined();
});

test.each([
  ['ERROR: failed to create cluster: port is already allocated', 'cluster.failed', 'a port that the cluster wants is taken'],
  ['write /var/lib: no space left on device', 'host.disk-full', 'no room on the disk'],
  ['kubelet: inotify_init: too many open files', 'cluster.no-room', 'no inotify instances left'],
  ['something new', 'cluster.failed', 'kind could not make the cluster'],
])('what kind says (%s) becomes %s', (line, code, message) => {
  const plan = { nodeImage: 'kindest/node:v1' } as ClusterPlan;
  const error = kindError(plan, { code: 1, lastLines: [line] });
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(error.detail).toContain(line);
});

test('places in the program of kubeadm are left out of what kind said', () => {
  const lines = [
    'ERROR: failed to create cluster: failed to init node with kubeadm',
    'error execution phase wait-control-plane: kube-apiserver check failed',
    'k8s.io/kubernetes/cmd/kubeadm/app/cmd/phases/workflow.(*Runner).Run.func1',
    '\tk8s.io/kubernetes@v1.34.4/cmd/kubeadm/app/cmd/phases/workflow/runner.go:262',
    'main.main',
    'runtime.goexit',
    'error execution phase wait-control-plane: kube-apiserver check failed',
  ];
  expect(tellingLines(lines)).toEqual(lines.slice(0, 2));
});
