import { element, type Markup, text } from './svg.ts';

export const paragraph = (written: string): Markup => element('p', {}, text(written));

export const section = (id: string, title: string, ...children: readonly Markup[]): Markup =>
  element('section', { 'aria-labelledby': id }, element('h2', { id }, text(title)), ...children);

export const bullets = (lines: readonly string[]): Markup => element('ul', {}, ...lines.map((written) => element('li', {}, text(written))));

/** With lines between its cells even where style sheets are forbidden; the first column names the row. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const titles = element('tr', {}, ...head.map((title) => element('th', { scope: 'col', align: 'left' }, text(title))));
  const body = rows.map(([name = '', ...cells]) =>
    element('tr', {}, element('th', { scope: 'row', align: 'left' }, text(name)), ...cells.map((cell) => element('td', {}, text(cell)))),
  );
  return element('table', { border: 1, cellpadding: 4, cellspacing: 0 }, element('thead', {}, titles), element('tbody', {}, ...body));
}
