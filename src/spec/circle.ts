/** One way from a name back to itself along its dependencies, beginning with the first name that has one; undefined where there is none. */
export function circleIn(dependencies: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const stuck = withoutEnd(dependencies);
  const way = new Set<string>();
  let name = [...dependencies.keys()].find((candidate) => stuck.has(candidate));
  while (name !== undefined && !way.has(name)) {
    way.add(name);
    name = dependencies.get(name)!.find((next) => stuck.has(next));
  }
  if (name === undefined) return undefined;
  const names = [...way];
  return fromFirst([...names.slice(names.indexOf(name))], [...dependencies.keys()]);
}

/** The names that lead into a circle: those that are left when everything is taken away whose dependencies are gone. */
function withoutEnd(dependencies: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const stuck = new Map([...dependencies].map(([name, needs]) => [name, needs.filter((need) => dependencies.has(need)).length]));
  const users = usersOf(dependencies);
  const done = [...stuck.keys()].filter((name) => stuck.get(name) === 0);
  for (const name of done) {
    stuck.delete(name);
    for (const user of users.get(name) ?? []) {
      stuck.set(user, stuck.get(user)! - 1);
      if (stuck.get(user) === 0) done.push(user);
    }
  }
  return new Set(stuck.keys());
}

function usersOf(dependencies: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const [name, needs] of dependencies) for (const need of needs) users.set(need, (users.get(need) ?? []).concat(name));
  return users;
}

/** The circle turned so that it begins, and ends, with the name that comes first in the document. */
function fromFirst(circle: readonly string[], order: readonly string[]): readonly string[] {
  const first = order.find((name) => circle.includes(name))!;
  const start = circle.indexOf(first);
  return [...circle.slice(start), ...circle.slice(0, start), first];
}
