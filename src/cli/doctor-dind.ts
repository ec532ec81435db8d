import type { DaemonFacts } from '../engine/ports.ts';
import type { PolicyKey } from '../spec/policy.ts';
import type { Diagnosis } from './doctor.ts';
import { settingsOf, userSettingsFile } from './settings.ts';
import type { World } from './world.ts';

const KEY: PolicyKey = 'privileged';

/** Whether the daemon can carry daemons of jobs, what those would store their images with, and whether the policy lets a spec ask for one. */
export async function privateDaemonLines(
  daemon: Omit<Diagnosis, 'pattern'>,
  facts: DaemonFacts,
  world: World,
): Promise<Omit<Diagnosis, 'pattern'>> {
  const why = whyNot(facts);
  return why === undefined
    ? { runs: true, says: [...daemon.says, storageLine(facts), await policyLine(world)] }
    : {
        runs: false,
        says: [why, 'a daemon inside needs a privileged container with all rights: use a Docker daemon that runs as root', ...daemon.says],
      };
}

function whyNot({ rootless, remapped }: DaemonFacts): string | undefined {
  if (rootless) return 'Docker runs rootless here, and its privileged containers have no more rights than its user';
  if (remapped) return 'Docker gives containers’ root to another user here (userns-remap), and refuses privileged containers so';
  return undefined;
}

function storageLine({ data }: DaemonFacts): string {
  if (data === undefined) return 'storage of private daemons: the run says it, this Docker does not tell what its volumes are on';
  if (data.takesOverlay) return `storage of private daemons: overlay2, on ${data.on}`;
  return `storage of private daemons: not overlay2, which can’t be on ${data.on}${data.on === 'xfs' ? ' without d_type' : ''}; with \`vfs\` each layer is a whole copy. Put Docker’s data on ext4 or xfs`;
}

/** Settings outside win over those in files, so the line to write is one more key where the keys are set already. */
async function policyLine(world: World): Promise<string> {
  const { allow = '' } = await settingsOf(world);
  const keys = allow.split(',').filter((key) => key !== '');
  if (keys.includes(KEY)) return `policy: \`${KEY}\` is allowed`;
  const wanted = [...keys, KEY].join(',');
  const line =
    world.environment['RUNNER_ALLOW'] === undefined
      ? `the line \`allow: ${wanted}\` in ${userSettingsFile(world.environment)}`
      : `\`RUNNER_ALLOW=${wanted}\``;
  return `policy: \`${KEY}\` is not allowed, and a run is refused (exit code 126): \`--allow ${KEY}\` allows it once, ${line} for good`;
}
