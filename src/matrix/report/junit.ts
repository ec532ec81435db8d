import type { MatrixReport } from './model.ts';
export const matrixJunit = (_: MatrixReport): string => '';
