import { helpFor } from './cli/help.ts';
import { loadCompiled } from './compiled.ts';
import { tooOld } from './node-version.ts';

declare const __VERSION__: string;
declare const __BUILD__: string;
const argv = process.argv.slice(2);

const isVersion = argv[0] === '--version' || argv[0] === '-V';
const answer = isVersion ? `runner ${__VERSION__}\n` : helpFor(argv, __VERSION__);
if (answer === undefined) void run();
else say(answer);

/** `runner --help | head` is no mistake. */
function say(text: string): void {
  process.stdout.on('error', () => {});
  process.stdout.write(text);
}

/** Everything else is loaded here, and its compiled form kept beside it where that folder may be written. */
async function run(): Promise<void> {
  const objection = tooOld(process.versions.node, process.execPath);
  if (objection !== undefined) {
    process.stderr.write(objection);
    process.exitCode = 125;
    return;
  }
  const command = /^[a-z]+$/.exec(argv[0] ?? '')?.[0] ?? 'none';
  const place = { folder: `${__dirname}/.compiled`, build: __BUILD__, kinds: [`${command}-daemon`, command] };
  const { exports, keep } = loadCompiled<typeof import('./start.ts')>(`${__dirname}/start.js`, place);
  const { code, usedDaemon } = await exports.start(__VERSION__, argv);
  if (code === 0) keep(usedDaemon ? `${command}-daemon` : command);
  // Not by itself: a write to a reader that takes nothing would keep the process for as long as the reader pleases.
  process.exit(code);
}
