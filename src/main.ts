import { loadCompiled } from './compiled.ts';

declare const __VERSION__: string;
declare const __BUILD__: string;
const argv = process.argv.slice(2);

if (argv[0] === '--version' || argv[0] === '-V') process.stdout.write(`runner ${__VERSION__}\n`);
else void run();

/** Everything else is loaded here, and its compiled form kept beside it where that folder may be written. */
async function run(): Promise<void> {
  const command = /^[a-z]+$/.exec(argv[0] ?? '')?.[0] ?? 'help';
  const place = { folder: `${__dirname}/.compiled`, build: __BUILD__, kinds: [`${command}-daemon`, command] };
  const { exports, keep } = loadCompiled<typeof import('./start.ts')>(`${__dirname}/start.js`, place);
  const { code, usedDaemon } = await exports.start(__VERSION__, argv);
  if (code === 0) keep(usedDaemon ? `${command}-daemon` : command);
  // Not by itself: a write to a reader that takes nothing would keep the process for as long as the reader pleases.
  process.exit(code);
}
