/** Codes of ASCII characters, the same as UTF-8 bytes and as UTF-16 units. */
export const LINE_FEED = 10
export const CARRIAGE_RETURN = 13
export const BLANK = 32
export const QUOTE = 34
export const DASH = 45
export const DOT = 46
export const COLON = 58
export const LESS_THAN = 60
export const OPENING_BRACKET = 91
export const BACKSLASH = 92
export const CLOSING_BRACKET = 93
export const OPENING_BRACE = 123
