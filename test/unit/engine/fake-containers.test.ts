import { containerEngineContract } from '../../contract/container-engine.ts';
import { BEHAVIOURS } from '../../contract/scripts.ts';
import { FakeContainers } from '../../support/fake-containers.ts';

containerEngineContract('a daemon in memory', () => {
  const fake = new FakeContainers();
  fake.script.behaviours = { ...BEHAVIOURS };
  fake.script.missingImages = ['runner.invalid/no-such-image:1'];
  return fake;
});
