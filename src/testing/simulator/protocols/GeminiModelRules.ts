/**
 * Refuses what the generations of Google's models refuse.
 *
 * @see https://ai.google.dev/gemini-api/docs/thinking
 */
import * as Json from "../Json.ts"

interface Rule {
  readonly models: RegExp
  readonly refuses: (body: Json.JsonObject) => boolean
  readonly message: string
}

const config = (body: Json.JsonObject): Json.JsonObject => Json.object(body["generationConfig"])

const level = (body: Json.JsonObject): Json.Json | undefined =>
  Json.object(config(body)["thinkingConfig"])["thinkingLevel"]

const rules: ReadonlyArray<Rule> = [
  {
    models: /^gemini-3\.[78]/,
    refuses: (body) => level(body) === "minimal",
    message: "Thinking level MINIMAL is not supported for this model."
  },
  {
    models: /^gemini-3/,
    refuses: (body) => level(body) === "xhigh",
    message: "Thinking level XHIGH is not supported for this model."
  },
  {
    models: /^gemini-3/,
    refuses: (body) => Json.isGiven(config(body)["candidateCount"]),
    message: "candidateCount is not supported for this model."
  }
]

/** Returns the message of the first rule that refuses a request. */
export const check = (body: Json.JsonObject, model: string): string | undefined =>
  rules.find(({ models, refuses }) => models.test(model) && refuses(body))?.message
