/** How many columns a text takes on a terminal. */
export type WidthOf = (text: string) => number;

/**
 * Measures texts by the rules of Unicode. The package that knows them takes 25 ms to load, so it comes when the first
 * text is met that needs them; until it is there, every such character counts as two columns, the most it can take.
 */
export function widthMeter(): WidthOf {
  let exact: WidthOf | undefined;
  let isLoading = false;
  const load = async (): Promise<void> => {
    isLoading = true;
    exact = (await import('string-width')).default;
  };
  return (text) => {
    if (isSimple(text)) return text.length;
    if (!isLoading) void load();
    return exact === undefined ? mostColumns(text) : exact(text);
  };
}

/** The text, cut to a number of columns; a text that was cut ends with an ellipsis. Control characters must be gone already. */
export function fitted(text: string, columns: number, widthOf: WidthOf): string {
  if (text.length <= columns && widthOf(text) <= columns) return text;
  let characters = [...text.slice(0, 2 * columns)];
  const room = Math.max(0, columns - 1);
  for (let excess = widthOf(characters.join('')) - room; excess > 0; excess = widthOf(characters.join('')) - room) {
    characters = characters.slice(0, characters.length - Math.ceil(excess / 2));
  }
  return columns < 1 ? '' : `${characters.join('')}…`;
}

/** Western letters and the marks of the tree itself: one column each, and all that most runs ever show. */
const isSimple = (text: string): boolean => /^[\u0020-\u007e\u00ae-\u024f▸│·…]*$/.test(text);

const mostColumns = (text: string): number => [...text].reduce((sum, character) => sum + (isSimple(character) ? 1 : 2), 0);
