/** How a CI system folds a part of its log. */
export type Grouping = 'gitlab' | 'github' | 'none';

export interface GroupMark {
  readonly open: (title: string, at: Date) => string;
  readonly close: (title: string, at: Date) => string;
}

/** The marks that open and close a foldable section, each a whole line. */
export const GROUP_MARK: Readonly<Record<Grouping, GroupMark>> = {
  /** https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections */
  gitlab: {
    open: (title, at) => `\u001b[0Ksection_start:${seconds(at)}:${slug(title)}\r\u001b[0K${title}\n`,
    close: (title, at) => `\u001b[0Ksection_end:${seconds(at)}:${slug(title)}\r\u001b[0K\n`,
  },
  /** https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#grouping-log-lines */
  github: { open: (title) => `::group::${title}\n`, close: () => '::endgroup::\n' },
  none: { open: () => '', close: () => '' },
};

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

const slug = (title: string): string => `runner_${title.replace(/[^A-Za-z0-9]+/g, '_').toLowerCase()}`;
