/** What files say, in messages: short, and without characters that move a terminal's cursor. */

/** A text in quotes, as JSON writes it. */
export function quoted(text: string): string {
  const shown = text.length <= 60 ? text : `${text.slice(0, 59)}…`;
  return escapeControls(JSON.stringify(shown));
}

/** A name, such as that of a column. */
export function named(name: string | number): string {
  const text = String(name);
  return `'${escapeControls(text.length <= 60 ? text : `${text.slice(0, 59)}…`)}'`;
}

/** Control characters, and those that reverse the direction of text, as \\u escapes. */
export function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
