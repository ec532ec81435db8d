import { defineConfig, type ViteUserConfig } from 'vitest/config';

const project = (name: string, include: readonly string[], order: number, extra: object = {}) => ({
  test: { name, include: [...include], sequence: { groupOrder: order }, ...extra },
});

/** `unit` needs nothing but Node; the others talk to a real daemon or start the real CLI, one file at a time, and fail where there is none. */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.ts', 'test/architecture.test.ts'], 0, { testTimeout: 10_000 }),
      project('browser', ['test/browser/**/*.test.ts'], 1, { testTimeout: 60_000 }),
      project('real', ['test/{docker,process,fixtures,chaos,kind,sibling,socket,matrix}/**/*.test.ts'], 1, {
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
        globalSetup: ['test/support/built-and-connected.ts'],
      }),
    ],
  },
});
export default config;
