/** The masker's meaning, on a whole buffer at once: hide every byte of every occurrence of every form, then mark each run of hidden bytes. */
export function referenceMask(text: Buffer, forms: readonly Buffer[]): Buffer {
  const isHidden = new Uint8Array(text.length);
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) isHidden.fill(1, at, at + form.length);
  }
  const shown: number[] = [];
  for (const [index, byte] of text.entries()) {
    if (isHidden[index] === 0) shown.push(byte);
    else if (index === 0 || isHidden[index - 1] === 0) shown.push(...Buffer.from('***'));
  }
  return Buffer.from(shown);
}
