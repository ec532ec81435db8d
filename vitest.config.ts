import { defineConfig, type ViteUserConfig } from 'vitest/config';

const project = (name: string, include: readonly string[], order: number, extra: object = {}) => ({
  test: { name, include: [...include], sequence: { groupOrder: order }, ...extra },
});

const REAL = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  fileParallelism: false,
  globalSetup: ['test/support/built-and-connected.ts'],
};

/** `unit` needs nothing but Node; the others talk to a real daemon or start the real CLI, one file at a time, and fail where there is none. */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.ts', 'test/architecture.test.ts'], 0, { testTimeout: 10_000 }),
      project('real', ['test/{dind,docker,process,fixtures,kind,sibling}/**/*.test.ts'], 1, REAL),
      project('chaos', ['test/chaos/**/*.test.ts'], 2, REAL),
    ],
  },
});
export default config;
