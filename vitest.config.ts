import { defineConfig, type ViteUserConfig } from 'vitest/config';

const project = (name: string, include: readonly string[], order: number, extra: object = {}) => ({
  test: { name, include: [...include], sequence: { groupOrder: order }, ...extra },
});

/** With a real daemon and the real command line, one file at a time; they fail where there is no daemon. */
const REAL = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  fileParallelism: false,
  globalSetup: ['test/support/built-and-connected.ts'],
};

/** `unit` needs nothing but Node. */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.ts', 'test/architecture.test.ts'], 0, { testTimeout: 10_000 }),
      project('browser', ['test/browser/**/*.test.ts'], 1, { testTimeout: 60_000 }),
      project('real', ['test/{dind,docker,process,fixtures,kind,sibling,socket,matrix}/**/*.test.ts'], 1, REAL),
      project('chaos', ['test/chaos/**/*.test.ts'], 2, REAL),
    ],
  },
});
export default config;
