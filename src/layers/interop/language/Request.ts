/**
 * Makes a completion request of what `effect/ai` wants from a provider.
 */
import type * as LanguageModel from "effect/ai/LanguageModel"
import type { CompletionRequestInput } from "../../../domain/CompletionRequest.ts"
import type { Options } from "../EffectLanguageModel.ts"
import * as RequestPrompt from "./RequestPrompt.ts"

type Wanted = Pick<LanguageModel.ProviderOptions, "prompt" | "tools" | "toolChoice" | "responseFormat">

/** `effect/ai` has already taken the tools that are not among `oneOf` out of the tools. */
const toolChoiceOf = (choice: LanguageModel.ToolChoice<string>): LanguageModel.ToolChoice<string> =>
  typeof choice === "object" && "oneOf" in choice ? choice.mode ?? "auto" : choice

/** Names of schemas are letters, digits, `_` and `-`, at most 64, for the provider with the tightest rule. */
const schemaName = (name: string): string => name.replace(/[^\w-]+/g, "_").slice(0, 64)

/** Makes the request. */
export const make = (
  { prompt, responseFormat, toolChoice, tools }: Wanted,
  { strictOutput = true, ...options }: Options
): CompletionRequestInput => ({
  ...options,
  prompt: RequestPrompt.restore(prompt),
  ...(tools.length === 0 ? {} : { tools, toolChoice: toolChoiceOf(toolChoice) }),
  ...(responseFormat.type === "text" ? {} : {
    outputSchema: {
      schema: responseFormat.schema,
      name: schemaName(responseFormat.objectName),
      strict: strictOutput
    }
  })
})
