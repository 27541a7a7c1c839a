/**
 * The differences between the generations of Google's models, by the names of the models.
 */
import type { EncodeContext } from "../../request/EncodeContext.ts"

/** How a model takes the amount of thinking. */
export type Thinking =
  | {
    /** In tokens, from `least` to `most`. */
    readonly type: "budget"
    /** The budget for no thinking, or the least budget of a model that always thinks. */
    readonly off: number
    readonly least: number
    readonly most: number
  }
  | {
    /** In words, of which `least` is the lowest. */
    readonly type: "level"
    readonly least: "minimal" | "low"
  }
  | {
    /** Not at all. */
    readonly type: "none"
  }

/** The differences of a model. */
export interface Model {
  readonly thinking: Thinking
  /** Whether it takes a `systemInstruction`. */
  readonly instructions: boolean
  /** Whether it refuses earlier tool calls without a thought signature. */
  readonly signed: boolean
  /** Whether the results of its tools may hold files. */
  readonly resultFiles: boolean
  /** Whether results of tools must have the ids of their calls. */
  readonly wantsCallIds: boolean
  /** Whether it can call Google's tools and the caller's in one response, if the request allows it. */
  readonly mixesTools: boolean
}

const plain: Model = {
  thinking: { type: "none" },
  instructions: true,
  signed: false,
  resultFiles: false,
  wantsCallIds: false,
  mixesTools: false
}

const third: Model = {
  thinking: { type: "level", least: "low" },
  instructions: true,
  signed: true,
  resultFiles: true,
  wantsCallIds: false,
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
  [/^gemini-3(\.[0-7])?-/, third],
  [/^gemini-([3-9]|\d\d)/, { ...third, wantsCallIds: true }],
  [/^gemini-(flash|pro)/, { ...third, wantsCallIds: true }]
]

// Both generations take a budget. Google advises against it for the third.
const unknown: Model = { ...plain, thinking: budget(0, 1, 24_576) }

/**
 * Returns the differences of a request's model. A model of an unknown name (a tuned one) is of the second generation.
 */
export const of = ({ model, quirks }: EncodeContext): Model => {
  // The name may have a prefix: `models/…`, `publishers/google/models/…`.
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
