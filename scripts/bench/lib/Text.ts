/** The tokens of a stream: the same for the same text, so that what arrives can be checked by its length. */
import { characters, records } from "./Documents.ts"
import { random } from "./Random.ts"
import type { Spec, Text } from "./Spec.ts"

const words = (
  "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one " +
  "you were all her she there would their we him been has when who will no more if out so up said what its about than " +
  "into them can only other time new some could these two may first then do any like my now over such our even most " +
  "made after also did many off before must well back through years much where your way down should because long each " +
  "streaming tokens latency throughput buffer decoder function interface typescript generator"
).split(" ")
const marks = [
  ".",
  ",",
  ":",
  ";",
  " (",
  ")",
  ".\n\n",
  " \"",
  "\"",
  " -",
  "\n",
  "'s",
  " `",
  "`",
  " 1",
  "0",
  "2",
  " =",
  " {"
]
const accents = ["—", "’", "“", "”", "…", " é", "ü", "漢", "字", " 🚀", "→", " naïve"]
const ideographs = [
  "漢",
  "字",
  "流",
  "式",
  "的",
  "模型",
  "日本語",
  "です",
  "안녕",
  "하세요",
  "。",
  "、",
  "🚀",
  "👩‍💻",
  "🇪🇺",
  "✨",
  " ok"
]

/** Tokens of prose: `mixed` has about 2 % outside ASCII; `wide` is CJK and emoji. */
export const proseSource = (text: Exclude<Text, "json">): () => string => {
  const next = random(7)
  const pick = (from: ReadonlyArray<string>): string => from[Math.floor(next() * from.length)] ?? ""
  return () => {
    const kind = next()
    if (text === "wide") return pick(ideographs)
    if (text === "mixed" && kind < 0.02) return pick(accents)
    if (kind < 0.17) return pick(marks)
    return kind < 0.3 ? pick(words) : ` ${pick(words)}`
  }
}

/** The tokens of a stream; those of `json` are one whole JSON text of so many tokens. */
export const tokenSource = ({ text, tokens }: Pick<Spec, "text" | "tokens">): () => string => {
  if (text !== "json") return proseSource(text)
  const whole = records(tokens * characters)
  let at = 0
  return () => whole.slice(at, at += characters)
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/** Padding of 1 to 12 characters, as OpenAI sends against the guessing of tokens by their length. */
export const paddingSource = (): () => string => {
  const next = random(11)
  return () => {
    let padding = ""
    for (let left = Math.floor(next() * 12); left >= 0; left--)
      padding += alphabet[Math.floor(next() * alphabet.length)]
    return padding
  }
}

export interface Expected {
  readonly deltas: number
  readonly textLength: number
  readonly inputTokens: number
  readonly outputTokens: number
}

export const inputTokens = 24

/** What a client must have found in a stream. */
export const expectedOf = (spec: Spec): Expected => {
  const { tokens } = spec
  const next = tokenSource(spec)
  let textLength = 0
  for (let left = tokens; left > 0; left--) textLength += next().length
  return { deltas: tokens, textLength, inputTokens, outputTokens: tokens }
}
