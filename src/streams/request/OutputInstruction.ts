/**
 * Describes the output that follows a schema to a model in its prompt.
 */
import * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"

/** Returns the sentence that describes a schema to a model. */
export const ofSchema = (schema: Schema.JsonObject): string =>
  `Answer only with JSON that matches this JSON Schema:\n${JSON.stringify(schema)}`

/**
 * Appends an instruction to the first system message, since some models take one alone, or puts it before all others.
 */
export const add = (prompt: Prompt.Prompt, instruction: string): Prompt.Prompt => {
  const [first, ...others] = prompt.content
  return Prompt.fromMessages(
    first?.role === "system"
      ? [Prompt.systemMessage({ ...first, content: `${first.content}\n\n${instruction}` }), ...others]
      : [Prompt.systemMessage({ content: instruction }), ...prompt.content]
  )
}
