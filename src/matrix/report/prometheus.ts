import type { MatrixReport } from './model.ts';
export const prometheusText = (_: MatrixReport): string => '';
