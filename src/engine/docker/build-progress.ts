import { StringDecoder } from 'node:string_decoder';

/** `#7 [first 2/3] RUN make`: a step begins, or goes on after another. Stages without a name are called `stage-1`. */
const STEP = /^#\d+ \[(?:(\S+) )?(\d+)\/(\d+)\] (.*)$/;
const LONGEST_INSTRUCTION = 60;

/** Makes sentences of what BuildKit prints as plain text: `step 3 of 7: RUN make`. */
export class BuildProgress {
  readonly #decoder = new StringDecoder();
  #rest = '';
  #last = '';

  /** What is new, if anything is. */
  take(chunk: Uint8Array): string | undefined {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split('\n');
    this.#rest = lines.pop() ?? '';
    const news = lines.map(sentenceOf).findLast((sentence) => sentence !== undefined);
    if (news === undefined || news === this.#last) return undefined;
    this.#last = news;
    return news;
  }
}

function sentenceOf(line: string): string | undefined {
  if (/^#\d+ exporting to image/.test(line)) return 'writing the image';
  const [, stage, step, of, instruction = ''] = STEP.exec(line.trimEnd()) ?? [];
  if (step === undefined) return undefined;
  const place = stage === undefined || /^stage-\d+$/.test(stage) ? '' : ` of ${stage}`;
  const short = instruction.length > LONGEST_INSTRUCTION ? `${instruction.slice(0, LONGEST_INSTRUCTION - 1)}…` : instruction;
  return `step ${step} of ${of}${place}: ${short}`;
}
