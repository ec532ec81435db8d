import type { Command } from './world.ts';

/** The JSON Schema of a spec, for editors and other tools. */
export const schema: Command = async (world) => {
  const { jsonSchema } = await import('../spec/json-schema.ts');
  await world.stdout.write(`${JSON.stringify(await jsonSchema(), null, 2)}\n`);
  return 0;
};
