// Runs N jobs at once in this one process, as `runner exec` does each, and prints the most memory it had, in KiB.
const { start } = require('../../dist/start.js');

const [count, spec] = process.argv.slice(2);
void Promise.all(Array.from({ length: Number(count) }, () => start('bench', ['exec', spec, '--progress', 'quiet']))).then((ends) => {
  const codes = ends.map(({ code }) => code);
  const wrong = codes.filter((code) => code !== 0);
  if (wrong.length > 0) process.stderr.write(`exit codes ${codes.join(' ')}\n`);
  process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
  process.exit(wrong.length > 0 ? 1 : 0);
});
