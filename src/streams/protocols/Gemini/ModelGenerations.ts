/**
 * What the generations of Google's models take differently, by their names.
 *
 * @since 0.1.0
 */
import type { EncodeContext } from "../../request/EncodeContext.ts"

/**
 * How far a model is told to think.
 *
 * **Details**
 *
 * `budget`: in tokens, within a range; `off` is the budget of a model that shall not think, or the least where it cannot be
 * helped. `level`: in words, of which `least` is the lowest. `none`: the model knows nothing of the kind.
 *
 * @category models
 * @since 0.1.0
 */
export type Thinking =
  | { readonly type: "budget"; readonly off: number; readonly least: number; readonly most: number }
  | { readonly type: "level"; readonly least: "minimal" | "low" }
  | { readonly type: "none" }

/**
 * The peculiarities of a model.
 *
 * **Details**
 *
 * `instructions`: it takes a `systemInstruction`. `signed`: it refuses earlier calls without a thought signature.
 * `resultFiles`: the results of its tools may hold files. `mixesTools`: it calls Google's tools and the caller's in one
 * answer, if told to say so.
 *
 * @category models
 * @since 0.1.0
 */
export interface Model {
  readonly thinking: Thinking
  readonly instructions: boolean
  readonly signed: boolean
  readonly resultFiles: boolean
  readonly mixesTools: boolean
}

const plain: Model = {
  thinking: { type: "none" },
  instructions: true,
  signed: false,
  resultFiles: false,
  mixesTools: false
}

const third: Model = {
  thinking: { type: "level", least: "low" },
  instructions: true,
  signed: true,
  resultFiles: true,
  mixesTools: true
}

const budget = (off: number, least: number, most: number): Thinking => ({ type: "budget", off, least, most })

/**
 * @see https://ai.google.dev/gemini-api/docs/thinking
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 */
const generations: ReadonlyArray<readonly [RegExp, Model]> = [
  [/^gemma-/, { ...plain, instructions: false }],
  [/^gemini-(1\.|2\.0)/, plain],
  [/^gemini-2\.5-flash-lite/, { ...plain, thinking: budget(0, 512, 24_576) }],
  [/^gemini-2\.5-.*(image|tts)/, plain],
  [/^gemini-2\.5-flash/, { ...plain, thinking: budget(0, 1, 24_576) }],
  [/^gemini-2\.5-pro/, { ...plain, thinking: budget(128, 128, 32_768) }],
  [/^gemini-3(\.[0-6])?-flash/, { ...third, thinking: { type: "level", least: "minimal" } }],
  [/^gemini-([3-9]|\d\d)/, third],
  [/^gemini-(flash|pro)/, third]
]

// Both generations take a budget; the third warns against it.
const unknown: Model = { ...plain, thinking: budget(0, 1, 24_576) }

/**
 * What the model of a request takes. A model of another name, as tuned ones have, is taken for one of the second generation.
 *
 * @category accessors
 * @since 0.1.0
 */
export const of = ({ model, quirks }: EncodeContext): Model => {
  // `models/…`, `publishers/google/models/…`.
  const name = model.slice(model.lastIndexOf("/") + 1)
  const found = generations.find(([pattern]) => pattern.test(name))?.[1] ?? unknown
  switch (quirks.thinking) {
    case undefined:
      return found
    case "none":
      return { ...found, thinking: { type: "none" } }
    case "level":
      return found.thinking.type === "level" ? found : { ...found, thinking: third.thinking }
    case "budget":
      return found.thinking.type === "budget" ? found : { ...found, thinking: unknown.thinking }
  }
}
