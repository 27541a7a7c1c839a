/**
 * Splits a command into words, as a shell does, without being one: quotes and backslashes, and nothing else.
 */

/** Returns the words; `undefined` where a quote is not closed. */
export const split = (command: string): ReadonlyArray<string> | undefined => {
  const words: Array<string> = []
  let word: string | undefined
  let quote: string | undefined
  for (let at = 0; at < command.length; at++) {
    const character = command.charAt(at)
    if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (character === quote) {
      quote = undefined
    } else if (quote === undefined && (character === "\"" || character === "'")) {
      quote = character
      word ??= ""
    } else if (character === "\\" && quote !== "'" && at + 1 < command.length) {
      word = (word ?? "") + command.charAt(++at)
    } else {
      word = (word ?? "") + character
    }
  }
  if (quote !== undefined) return undefined
  return word === undefined ? words : [...words, word]
}
