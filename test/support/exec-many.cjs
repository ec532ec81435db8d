// Runs `runner exec` on each spec of a folder, in turn and in this one process, and writes how each ended and the processor time it took.
const { readdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { start } = require('../../dist/start.js');

const [folder, results] = process.argv.slice(2);

async function run() {
  const ends = [];
  for (const name of readdirSync(folder)) {
    const before = process.cpuUsage();
    const { code } = await start('test', ['exec', path.join(folder, name)]);
    const { user, system } = process.cpuUsage(before);
    ends.push({ name, code, cpuMs: (user + system) / 1000 });
  }
  writeFileSync(results, JSON.stringify(ends));
  process.exit(0);
}
void run();
