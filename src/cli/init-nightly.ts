import type { Template } from './init-templates.ts';

const next = 'runner matrix';

/** A matrix that finds out, every night, which patterns still do what they did. */
const MATRIX: Template = {
  file: 'matrix.yaml',
  next,
  shared: true,
  text: `# One workload under many patterns: docs/viability.md says what is measured.
spec: ./runner.yaml
matrix:
  pattern: [host, single, serial]
repeat: 10
warmup: 1
leak_check: true
interrupts: { signals: [int, term, kill], each: 3 }
parallelism: [1, 2, 4]
gates:
  - { metric: success_rate, min: 0.9 }
  - { metric: leaked, max: 0 }
  - { metric: interrupt_leaked, max: 0 }
  - { metric: wall_seconds.p50, regress_max: 20%, baseline: last_green }
report: { html: out/report.html, json: out/report.json, junit: out/junit.xml, markdown: out/report.md, prometheus: out/runner.prom }
`,
};

/** The page needs neither style sheets nor scripts, so Jenkins may serve it under its own policy. */
const jenkins = (file: string): Template => ({
  file,
  next,
  text: `// Every night on one agent, so that nights can be compared. The agent has \`runner\` on its PATH.
pipeline {
  agent { label 'nightly' }
  triggers { cron('H 2 * * *') }
  options { timeout(time: 8, unit: 'HOURS'); disableConcurrentBuilds() }
  stages {
    stage('Matrix') {
      steps { sh 'runner matrix' }
    }
  }
  post {
    always {
      junit testResults: 'out/junit.xml', allowEmptyResults: true
      archiveArtifacts artifacts: 'out/**', allowEmptyArchive: true
      publishHTML(target: [reportDir: 'out', reportFiles: 'report.html', reportName: 'Patterns', keepAll: true, alwaysLinkToLastBuild: true, allowMissing: true])
    }
  }
}
`,
});

const gitlab = (file: string): Template => ({
  file,
  next,
  text: `# Every night, by a pipeline schedule of the project, on one runner, so that nights can be compared. It has \`runner\` on its PATH.
nightly-matrix:
  tags: [nightly]
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
  timeout: 8 hours
  variables:
    RUNNER_STATE_DIR: $CI_PROJECT_DIR/.runner-state
  cache:
    key: nightly-matrix
    paths: [.runner-state/matrix/]
    when: always
  script:
    - runner matrix
  artifacts:
    when: always
    expire_in: 90 days
    expose_as: Patterns
    paths: [out/]
    reports: { junit: out/junit.xml }
`,
});

const GITHUB: Template = {
  file: '.github/workflows/nightly.yml',
  next,
  text: `# Every night on one runner of your own, so that nights can be compared. It has \`runner\` on its PATH.
name: nightly
on:
  schedule:
    - cron: "17 2 * * *"
  workflow_dispatch:
permissions: { contents: read }
concurrency: nightly
jobs:
  matrix:
    runs-on: [self-hosted, nightly]
    timeout-minutes: 480
    steps:
      - uses: actions/checkout@v4
      - run: runner matrix
      - if: always()
        run: cat out/report.md >> "$GITHUB_STEP_SUMMARY"
      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: patterns, path: out/, retention-days: 90 }
`,
};

/** A machine without a build server. */
const PLAIN: readonly Template[] = [
  {
    file: 'nightly/runner-nightly.service',
    next,
    text: `# WorkingDirectory is where matrix.yaml is, below your home. Then:
# systemctl --user link $PWD/nightly/runner-nightly.service; systemctl --user enable --now $PWD/nightly/runner-nightly.timer
[Unit]
Description=Compare the build patterns

[Service]
Type=oneshot
WorkingDirectory=%h/project
ExecStart=/usr/bin/env runner matrix
# 1: a gate does not hold. The unit has failed then, and OnFailure= may tell somebody.
KillMode=mixed
TimeoutStopSec=2min
`,
  },
  {
    file: 'nightly/runner-nightly.timer',
    next,
    text: `[Unit]
Description=Every night

[Timer]
OnCalendar=*-*-* 02:17:00
Persistent=true

[Install]
WantedBy=timers.target
`,
  },
  {
    file: 'nightly/crontab',
    next,
    text: `# Where there is no systemd: crontab nightly/crontab. Cron mails what a failing night prints.
17 2 * * * cd "$HOME/project" && runner matrix --quiet >nightly/last.txt 2>&1 || cat nightly/last.txt
`,
  },
];

/** What `runner init NAME` writes for a machine that builds at night; the matrix is left alone where there is one. */
export const NIGHTLY: Readonly<Record<'nightly' | 'jenkins' | 'gitlab' | 'github', readonly Template[]>> = {
  nightly: [MATRIX, jenkins('nightly/Jenkinsfile'), gitlab('nightly/gitlab-ci.yml'), GITHUB, ...PLAIN],
  jenkins: [MATRIX, jenkins('Jenkinsfile')],
  gitlab: [MATRIX, gitlab('.gitlab-ci.yml')],
  github: [MATRIX, GITHUB],
};
