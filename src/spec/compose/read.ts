import { circleIn } from '../circle.ts';
import { problemsOf, type Reading } from '../issues.ts';
import { pathText } from '../path.ts';
import { type Problem, SpecProblems } from '../problem.ts';
import type { Env } from '../spec.ts';
import { nearest } from '../suggest.ts';
import { onePerPath, readAs } from '../validate.ts';
import { type Where, whereIn } from '../where.ts';
import { parseYaml } from '../yaml/parse.ts';
import { unfold, withoutExtensions } from '../yaml/unfold.ts';
import { interpolateCompose } from './interpolate.ts';
import type { ComposeFile } from './model.ts';
import { composeSchema } from './schema.ts';

/** What a Compose file says, and where. Throws `SpecProblems` for everything in it that is not understood. */
export function readCompose(
  bytes: Uint8Array,
  { file, environment }: { readonly file: string; readonly environment: Env },
): { readonly content: ComposeFile; readonly where: Where } {
  const yaml = parseYaml(file, bytes);
  const unfolded = unfold(yaml, (text) => interpolateCompose(text, environment));
  const where = whereIn(yaml, []);
  const [result, tree] = readAs(composeSchema, withoutExtensions(unfolded.value), unfolded.readings);
  const ofFields = result.success ? [] : problemsOf(result.issues, { schema: composeSchema, tree, where, unknown });
  const problems = onePerPath([...unfolded.problems, ...ofFields]);
  if (!result.success || problems.length > 0) throw new SpecProblems(problems);
  const found = dependencyProblems(result.output, where);
  if (found.length > 0) throw new SpecProblems(found);
  return { content: result.output, where };
}

/** A spec's own messages would send the reader to fields that a Compose file does not have. */
const unknown: Reading['unknown'] = (key, known) => {
  const meant = nearest(key, Object.keys(known));
  return { message: 'is not supported in the Compose file of a spec', hint: meant && `did you mean \`${meant}\`?` };
};

function dependencyProblems({ services }: ComposeFile, where: Where): readonly Problem[] {
  const needs = new Map(Object.entries(services).map(([name, service]) => [name, Object.keys(service.depends_on)]));
  const problem = (name: string, message: string): Problem => {
    const at = ['services', name, 'depends_on'];
    return { place: where.value(at), path: pathText(at), message };
  };
  const unknownOnes = [...needs].flatMap(([name, needed]) =>
    needed.filter((other) => !needs.has(other)).map((other) => problem(name, `\`${other}\` is not a service of this file`)),
  );
  const circle = circleIn(needs);
  return circle ? [...unknownOnes, problem(circle[0]!, `closes a circle: ${circle.join(' → ')}`)] : unknownOnes;
}
