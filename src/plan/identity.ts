import type { Env, Identity } from '../spec/spec.ts';
import type { Caller } from './facts.ts';
import type { Upload } from './plan.ts';

/** Who a step is inside its container, and what has to be brought along so that tools believe it. */
export interface IdentityPlan {
  readonly user: string | undefined;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly groups: readonly number[];
  readonly env: Env;
  readonly uploads: readonly Upload[];
}

/**
 * `caller` is the whole bundle: ids, all supplementary groups, entries in passwd and group, a HOME of one's own, and git's
 * trust in the workspace. Root exists in every image already and may write anywhere, so it needs no entries.
 */
export function identityPlan(identity: Identity, caller: Caller, workspaceDir: string): IdentityPlan {
  if (identity === 'image') return { user: undefined, owner: undefined, groups: [], env: trust(workspaceDir), uploads: [] };
  const { uid, gid, groups, userName } =
    identity === 'caller'
      ? caller
      : { ...identity, groups: [identity.gid], userName: identity.uid === caller.uid ? caller.userName : 'runner' };
  const extra = groups.filter((group) => group !== gid);
  const home = uid === 0 ? '/root' : `/home/${userName}`;
  const uploads: Upload[] = uid === 0 ? [] : [{ type: 'identity', uid, gid, groups: [gid, ...extra], userName, home }];
  return { user: `${uid}:${gid}`, owner: { uid, gid }, groups: extra, env: { HOME: home, ...trust(workspaceDir) }, uploads };
}

/** `safe.directory` through the environment (git 2.31 and later), so that no file of the image has to change. */
const trust = (workspaceDir: string): Env => ({
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: workspaceDir,
});
