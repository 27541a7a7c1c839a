/**
 * Reads the usage of a Converse response as a `TokenUsage`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import type { JsonObject } from "../../json/Json.ts"
import * as TokenCounts from "../../response/TokenCounts.ts"

/** Reads usage. Converse counts as input only tokens outside of the cache, and does not count reasoning. */
export const read = (value: JsonObject): TokenUsage =>
  TokenCounts.outsideCache({
    input: value.inputTokens,
    cached: value.cacheReadInputTokens,
    written: value.cacheWriteInputTokens,
    output: value.outputTokens,
    total: value.totalTokens
  })
