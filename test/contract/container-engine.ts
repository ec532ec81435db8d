import { afterEach, beforeEach, describe } from 'vitest';
import type { ContainerEngine } from '../../src/engine/ports.ts';
import { objectPromises } from './objects.ts';
import { execPromises, processPromises } from './processes.ts';
import { Setting } from './setting.ts';

/** What every container engine promises (see `ContainerEngine` in src/engine/ports.ts); run on the fake and on real Docker. */
export function containerEngineContract(name: string, engineOf: () => ContainerEngine): void {
  describe(name, () => {
    let setting: Setting;
    beforeEach(() => {
      setting = new Setting(engineOf());
    });
    afterEach(() => setting.removeAll());
    describe('containers', () => processPromises(() => setting));
    describe('processes in a container', () => execPromises(() => setting));
    describe('objects', () => objectPromises(() => setting));
  });
}
