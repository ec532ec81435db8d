import type { MatrixReport } from '../model.ts';
export const htmlPage = (_: MatrixReport): string => '';
