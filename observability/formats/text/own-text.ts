/**
 * A copy of a text that shares no memory with the text it was cut from. V8 represents a substring as a reference to its parent,
 * so a short name in a map would keep a whole chunk of the log in memory. A concatenation is a new text,
 * and its slice refers to that alone.
 */
export function ownText(text: string): string {
  return ` ${text}`.slice(1)
}
