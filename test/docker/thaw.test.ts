import { afterEach, expect, test } from 'vitest';
import { Setting } from '../contract/setting.ts';
import { connected } from './support/connected.ts';
import { createdWith } from './support/containers.ts';

const setting = new Setting(connected());
afterEach(() => setting.removeAll());

/** As a runtime in it does that is killed while it sets a container up; with either version of control groups. */
const FREEZES = `set -e
cd /sys/fs/cgroup
[ ! -d freezer ] || cd freezer
mkdir -p frozen
sleep 1000 &
echo $! >frozen/cgroup.procs
if [ -e frozen/freezer.state ]; then echo FROZEN >frozen/freezer.state; else echo 1 >frozen/cgroup.freeze; fi
until cat frozen/freezer.state frozen/cgroup.events 2>/dev/null | grep -qE 'FROZEN|frozen 1'; do sleep 0.1; done
echo frozen
wait`;

test('a container that holds a frozen process is removed all the same, and nothing stays of what helped', { timeout: 60_000 }, async () => {
  const name = await createdWith(setting, ['sh', '-c', FREEZES], { privileged: true });
  const isFrozen = Promise.withResolvers<void>();
  await setting.engine.start(name, { onOutput: () => isFrozen.resolve() });
  await isFrozen.promise;
  await setting.engine.removeContainer(name);
  expect(await setting.left()).toEqual([]);
});
