import { createCipheriv } from 'node:crypto';
import { expect, test } from 'vitest';
import { formsOf } from '../../../src/report/mask/forms.ts';
import { maskerOf } from '../../../src/report/masker.ts';

const secret = (text: string | Uint8Array) => ({ name: 'TOKEN', value: Buffer.from(text) });

const mask = (value: string, text: string): string => maskerOf([secret(value)]).maskText(text);

const VALUE = 'p\'ss w/rd+"<ü>$1';

test.each([
  ['as it is', VALUE],
  ['in hex', Buffer.from(VALUE).toString('hex')],
  ['in capital hex', Buffer.from(VALUE).toString('hex').toUpperCase()],
  ['percent-encoded', encodeURIComponent(VALUE)],
  ['percent-encoded in small letters', encodeURIComponent(VALUE).replace(/%../g, (triplet) => triplet.toLowerCase())],
  ['as a form field', new URLSearchParams({ x: VALUE }).toString().slice(2)],
  ['in JSON', JSON.stringify(VALUE).slice(1, -1)],
  ['in JSON of ASCII only', JSON.stringify(VALUE).slice(1, -1).replace('ü', '\\u00fc')],
  ['in JSON that is safe for HTML', JSON.stringify(VALUE).slice(1, -1).replace('<', '\\u003c').replace('>', '\\u003e')],
  ['in single quotes of a shell', VALUE.replaceAll("'", "'\\''")],
  ['in double quotes of a shell', VALUE.replace(/["$]/g, '\\$&')],
])('a secret is masked %s', (_, form) => {
  expect(mask(VALUE, `before ${form} after`)).toBe('before *** after');
});

test.each([0, 1, 2, 3, 4])('a secret is masked in the base64 of a longer text, %i bytes in', (offset) => {
  for (const encoding of ['base64', 'base64url'] as const) {
    const text = Buffer.from(`${'u'.repeat(offset)}correct horse??battery>>staple:rest`).toString(encoding);
    const masked = mask('correct horse??battery>>staple', text);
    expect(masked).toContain('***');
    expect(masked.length).toBeLessThan(text.length - 30);
  }
});

test('the output of `base64 FILE` is masked although it is broken into lines', () => {
  const key = 'k'.repeat(200) + 'ey'.repeat(40);
  const wrapped = Buffer.from(key).toString('base64').replace(/.{76}/g, '$&\n');
  expect(mask(key, wrapped)).toMatch(/^(\*\*\*=*\n?)+$/);
});

test('each line of a secret of many lines is masked on its own, with any kind of line end', () => {
  const key = '-----BEGIN KEY-----\r\nMIIEpAIBAAKCAQEA\nab\nq83v\n-----END KEY-----\n';
  expect(mask(key, '>q83v< >MIIEpAIBAAKCAQEA< >ab<')).toBe('>***< >***< >ab<');
  expect(mask(key, `>${key.trimEnd()}<`)).toBe('>***<');
});

test('the newline at the end of a secret file is not part of the secret', () => {
  expect(mask('s3cr3t-token\n', 'it is s3cr3t-token.\n')).toBe('it is ***.\n');
});

test('secrets that overlap or touch leave nothing of either', () => {
  const masker = maskerOf([secret('abcdef'), secret('efghij'), secret('bcde')]);
  expect(masker.maskText('xabcdefghijx abcdefabcdef')).toBe('x***x ***');
});

test('a value of fewer than four bytes is not masked, and says so', () => {
  const masker = maskerOf([{ name: 'PIN', value: Buffer.from('123\n') }, secret('1234')]);
  expect(masker.unmasked).toEqual(['PIN']);
  expect(masker.maskText('123 1234')).toBe('123 ***');
});

test('only what may begin a secret is held back', () => {
  const stream = maskerOf([secret('s3cr3t-token')]).createStream();
  const push = (text: string): string => Buffer.from(stream.push(Buffer.from(text))).toString();
  expect(push('a prompt: ')).toBe('a prompt: ');
  expect(push('s3cr')).toBe('');
  expect(push('X')).toBe('s3crX');
  expect(push('s3cr3t-token')).toBe('***');
  expect(push('s3')).toBe('');
  expect(Buffer.from(stream.flush()).toString()).toBe('s3');
  expect(push('cr3t-token')).toBe('cr3t-token');
});

test('bytes that are no text are masked, too', () => {
  const value = Buffer.from([0xff, 0x00, 0xfe, 0x0a, 0x80, 0x81, 0x82, 0x83]);
  const stream = maskerOf([secret(value)]).createStream();
  expect(Buffer.from(stream.push(Buffer.concat([Buffer.from('a'), value, Buffer.from('b')]))).toString('latin1')).toBe('a***b');
});

test('a secret as large as a file has a bounded number of forms', () => {
  const value = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(1024 * 1024));
  expect(formsOf(value).reduce((sum, form) => sum + form.length, 0)).toBeLessThan(2.1 * value.length);
});
