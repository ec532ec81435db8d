/** A file to start from. */
export interface Template {
  /** Where it goes, relative to the working folder. */
  readonly file: string;
  readonly text: string;
  /** The command to try then. */
  readonly next: string;
  /** Several sets have it: one that is there is left as it is. */
  readonly shared?: true;
}

const spec = (text: string): Template => ({ file: 'runner.yaml', text, next: 'runner exec' });

/** What `runner init NAME` writes. */
export const TEMPLATES: Readonly<Record<string, Template>> = {
  host: spec(`# Each step is a process on this machine, in a throwaway copy of this folder.
name: build
pattern: host
steps:
  - { name: build, run: make }
  - { name: test, run: make check }
artifacts: { paths: ["dist/**"] }
`),
  single: spec(`# All steps in one container; this folder is its workspace.
name: build
pattern: single
image: debian:bookworm
steps:
  - { name: build, run: make }
  - { name: test, run: make check, timeout: 10m }
artifacts: { paths: ["dist/**"] }
`),
  serial: spec(`# One container a step, with services beside them on a private network.
name: build
pattern: serial
image: debian:bookworm
services:
  - name: db
    image: postgres:17
    env: { POSTGRES_PASSWORD: ci }
    ready: { run: pg_isready -U postgres }
steps:
  - { name: build, run: make }
  - { name: test, run: make check, env: { DATABASE_URL: "postgres://postgres:ci@db:5432/postgres" } }
artifacts: { paths: ["dist/**"] }
`),
};
