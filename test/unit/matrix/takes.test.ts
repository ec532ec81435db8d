import { expect, test } from 'vitest';
import { passedOver } from '../../../src/matrix/takes.ts';
import type { ServiceSpec, StepSpec } from '../../../src/spec/spec.ts';

const step = (image?: string) => ({ image }) as StepSpec;
const db = { name: 'db' } as ServiceSpec;

test('services are for patterns that start them', () => {
  const spec = { services: [db, { ...db, name: 'cache' }], image: 'busybox:1', steps: [step()] };
  const takers = (['host', 'single', 'serial', 'sibling', 'dind', 'kind'] as const).filter((one) => passedOver(spec, one).length === 0);
  expect(takers).toEqual(['serial', 'sibling', 'dind', 'kind']);
  expect(passedOver(spec, 'host')).toEqual(['it starts no services, and the spec has db, cache']);
});

test('steps of different images are not for one container', () => {
  const spec = { services: [], image: 'busybox:1', steps: [step(), step('gcc:13')] };
  expect(passedOver(spec, 'single')).toEqual(['it runs all steps in one image, and those of the spec name 2 different ones']);
  expect(passedOver(spec, 'host')).toEqual([]);
  expect(passedOver({ ...spec, steps: [step(), step('busybox:1')] }, 'single')).toEqual([]);
});
