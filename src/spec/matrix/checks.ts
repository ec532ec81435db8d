import { schemasAt } from '../fields.ts';
import { type Path, parsePath, pathText } from '../path.ts';
import type { Problem } from '../problem.ts';
import { documentSchema } from '../schema.ts';
import { PATTERN_NAMES } from '../spec.ts';
import { nearest } from '../suggest.ts';
import type { Where } from '../where.ts';
import { AXES, type AxisValue } from './matrix.ts';
import type { MatrixDocument } from './schema.ts';

/** What no single field shows to be wrong: strange axes, values that no axis has, two of the same. */
export function matrixProblems(document: MatrixDocument, where: Where): readonly Problem[] {
  const at = (path: Path, message: string, hint?: string): Problem => ({
    place: where.value(path),
    path: pathText(path),
    message,
    ...(hint === undefined ? {} : { hint }),
  });
  const axes = Object.entries(document.axes);
  return [
    ...axes.flatMap(([axis, values]) => axisProblems(axis, values, at)),
    ...document.exclude.flatMap((selection, index) => selectionProblems(selection, ['matrix', 'exclude', index], { document, at })),
    ...document.include.flatMap(({ where: selection }, index) =>
      inclusionProblems(selection, ['matrix', 'include', index], { document, at }),
    ),
    ...document.gates.flatMap((gate, index) => selectionProblems(gate.where, ['gates', index, 'where'], { document, at })),
  ];
}

type At = (path: Path, message: string, hint?: string) => Problem;

function axisProblems(axis: string, values: readonly AxisValue[], at: At): readonly Problem[] {
  const path = ['matrix', axis];
  if (!isAxis(axis)) {
    const meant = nearest(axis, [...AXES, 'exclude', 'include']);
    return [at(path, `is no axis: neither ${AXES.join(', ')} nor a field of the spec`, meant && `did you mean \`${meant}\`?`)];
  }
  const twice = values.findIndex((value, index) => values.indexOf(value) < index);
  return [
    ...(twice < 0 ? [] : [at([...path, twice], 'stands here a second time; keep one of them')]),
    ...(axis === 'pattern' ? values.flatMap((value, index) => patternProblems(value, [...path, index], at)) : []),
  ];
}

const isAxis = (axis: string): boolean => {
  const path = parsePath(axis);
  return (AXES as readonly string[]).includes(axis) || (path !== undefined && schemasAt(documentSchema, path).length > 0);
};

function patternProblems(value: AxisValue, path: Path, at: At): readonly Problem[] {
  if ((PATTERN_NAMES as readonly AxisValue[]).includes(value)) return [];
  const meant = nearest(String(value), PATTERN_NAMES);
  return [at(path, `\`${value}\` is no pattern; there are ${PATTERN_NAMES.join(', ')}`, meant && `did you mean \`${meant}\`?`)];
}

interface Around {
  readonly document: MatrixDocument;
  readonly at: At;
}

/** A selection that no cell can match would be a gate that never closes, or an exclusion that leaves nothing out. */
function selectionProblems(selection: Readonly<Record<string, AxisValue>>, path: Path, { document, at }: Around): readonly Problem[] {
  return Object.entries(selection).flatMap(([axis, value]) => {
    const known = valuesOf(document, axis);
    if (known.length === 0)
      return [at([...path, axis], `is no axis of this matrix; its axes are ${Object.keys(document.axes).join(', ')}`)];
    return known.includes(value) ? [] : [at([...path, axis], `\`${value}\` is no value of this axis; it has ${known.join(', ')}`)];
  });
}

/** An inclusion may bring values that the axis does not have. */
function inclusionProblems(selection: Readonly<Record<string, AxisValue>>, path: Path, { document, at }: Around): readonly Problem[] {
  return Object.entries(selection).flatMap(([axis, value]) => {
    if (!isAxis(axis)) return [at([...path, axis], `is no axis: neither ${AXES.join(', ')}, \`set\` nor a field of the spec`)];
    return axis === 'pattern' && !(document.axes['pattern'] ?? []).includes(value) ? patternProblems(value, [...path, axis], at) : [];
  });
}

const valuesOf = (document: MatrixDocument, axis: string): readonly AxisValue[] => [
  ...(document.axes[axis] ?? []),
  ...document.include.flatMap(({ where }) => (where[axis] === undefined ? [] : [where[axis]])),
];
