import { RunnerError } from '../errors.ts';
import { COMMANDS } from './command-texts.ts';
import { EXEC_FLAGS, SPEC_FLAGS } from './flag-tables.ts';
import { type FlagTable, parseFlags } from './flags.ts';
import type { Command } from './world.ts';

/** A script that a shell reads to complete commands and their flags: `runner completion bash`. */
export const completion: Command = async ({ stdout }, argv) => {
  const [shell = ''] = parseFlags('completion', {}, argv).positionals;
  if (!Object.hasOwn(SCRIPTS, shell))
    throw new RunnerError('usage.invalid', shell === '' ? 'for which shell?' : `there is no completion for ${shell}`, {
      hint: `\`runner completion SHELL\`; shells: ${Object.keys(SCRIPTS).join(', ')}.`,
    });
  await stdout.write(SCRIPTS[shell]!());
  return 0;
};

const flagsOf = (table: FlagTable): string =>
  Object.keys(table)
    .map((name) => `--${name}`)
    .join(' ');

const SCRIPTS: Readonly<Record<string, () => string>> = {
  bash: () => `# . <(runner completion bash)
_runner() {
  local word=\${COMP_WORDS[COMP_CWORD]}
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W '${Object.keys(COMMANDS).join(' ')}' -- "$word")
  elif [[ $word == -* ]]; then
    case \${COMP_WORDS[1]} in
      exec) mapfile -t COMPREPLY < <(compgen -W '${flagsOf(EXEC_FLAGS)}' -- "$word") ;;
      plan) mapfile -t COMPREPLY < <(compgen -W '${flagsOf(SPEC_FLAGS)} --format' -- "$word") ;;
    esac
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -o filenames -F _runner runner
`,
  zsh: () => `#compdef runner
# runner completion zsh > "\${fpath[1]}/_runner"
_runner() {
  local -a commands
  commands=(
${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `    '${name}:${summary.replaceAll("'", '’').replaceAll(':', '\\:')}'`)
  .join('\n')}
  )
  if ((CURRENT == 2)); then _describe command commands; return; fi
  case $words[2] in
    exec) _values -w flag ${flagsOf(EXEC_FLAGS)} ;;
    plan) _values -w flag ${flagsOf(SPEC_FLAGS)} --format ;;
  esac
  _files
}
compdef _runner runner
`,
  fish: () =>
    `# runner completion fish > ~/.config/fish/completions/runner.fish
${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `complete -c runner -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", '’')}'`)
  .join('\n')}
${Object.keys(EXEC_FLAGS)
  .map((name) => `complete -c runner -n '__fish_seen_subcommand_from exec' -l ${name}`)
  .join('\n')}
`,
};
