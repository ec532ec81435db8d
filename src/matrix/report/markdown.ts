import type { MatrixReport } from './model.ts';
export const markdownText = (_: MatrixReport): string => '';
