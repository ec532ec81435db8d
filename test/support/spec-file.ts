import { writeFileSync } from 'node:fs';
import path from 'node:path';

export const writeSpec = (folder: string, text: string): void => writeFileSync(path.join(folder, 'spec.yaml'), text);
