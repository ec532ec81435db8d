import type { Upload } from '../../plan/plan.ts';

export type IdentityUpload = Extract<Upload, { type: 'identity' }>;

/**
 * The image's passwd with the user before everybody else: the first line that has a number gives it its name, and the
 * image's own users stay for those who `su` to them.
 */
export function passwdWith(image: string, { userName, uid, gid, home }: IdentityUpload): string {
  if (hasLine(image, { at: 2, value: String(uid) }, { at: 0, value: userName }, { at: 5, value: home })) return image;
  return `${userName}:x:${uid}:${gid}:${userName}:${home}:/bin/sh\n${image}`;
}

/** The image's groups, and one for each number that has none, so that `id` and `ls` find a name for all of them. */
export function groupWith(image: string, { userName, gid, groups }: IdentityUpload): string {
  const missing = [...new Set([gid, ...groups])].filter((number) => !hasLine(image, { at: 2, value: String(number) }));
  const lines = missing.map((number) => `${groupName(number, image, number === gid ? userName : undefined)}:x:${number}:${userName}\n`);
  return `${lines.join('')}${image}`;
}

interface Field {
  readonly at: number;
  readonly value: string;
}

const hasLine = (text: string, ...fields: readonly Field[]): boolean =>
  text.split('\n').some((line) => fields.every(({ at, value }) => line.split(':')[at] === value));

const groupName = (gid: number, image: string, wish: string | undefined): string =>
  wish !== undefined && !hasLine(image, { at: 0, value: wish }) ? wish : `g${gid}`;
