/**
 * Decodes the usage of audio: tokens of the models that report them, seconds of the others.
 */
import * as TokenUsage from "../../domain/TokenUsage.ts"
import { count, number, object } from "../json/Json.ts"

/** Decodes the tokens of a `usage` object: OpenAI's names, or Mistral's. */
export const tokens = (value: unknown): TokenUsage.TokenUsage => {
  const usage = object(value)
  return TokenUsage.of(
    count(usage?.input_tokens ?? usage?.prompt_tokens),
    count(usage?.output_tokens ?? usage?.completion_tokens),
    count(usage?.total_tokens)
  )
}

/** Decodes the seconds of a `usage` object. */
export const seconds = (value: unknown): number | undefined => {
  const usage = object(value)
  return number(usage?.seconds) ?? number(usage?.prompt_audio_seconds)
}
