import { enableCompileCache } from 'node:module';

declare const __VERSION__: string;
const version = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-source';
const argv = process.argv.slice(2);

if (argv[0] === '--version' || argv[0] === '-V') process.stdout.write(`runner ${version}\n`);
else void run();

/** Everything else is loaded here, and its compiled form kept beside it where that folder may be written. */
async function run(): Promise<void> {
  enableCompileCache(`${__dirname}/.compiled`);
  const { start } = await import('./start.ts');
  const code = await start(version, argv);
  // Not by itself: a write to a reader that takes nothing would keep the process for as long as the reader pleases.
  process.exit(code);
}
