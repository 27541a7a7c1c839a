/**
 * Reads the token counts of a Bedrock invocation, for models whose own events have no usage. As in Converse, the input
 * leaves out the cache.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 */
import { isObject, type JsonObject } from "../json/Json.ts"
import type { Assembly } from "./Assembly.ts"
import type { FrameDecoder } from "./JsonStream.ts"
import * as TokenCounts from "./TokenCounts.ts"

const field = "amazon-bedrock-invocationMetrics"

/**
 * Takes the usage from the metrics in an event of a stream, unless the response has usage of its own. Returns whether
 * the event has nothing but metrics.
 */
export const take = (assembly: Assembly, event: JsonObject): boolean => {
  const metrics = event[field]
  if (!isObject(metrics)) return false
  if (assembly.usage === null) {
    assembly.usage = TokenCounts.outsideCache({
      input: metrics.inputTokenCount,
      output: metrics.outputTokenCount,
      cached: metrics.cacheReadInputTokenCount,
      written: metrics.cacheWriteInputTokenCount
    })
    assembly.saw("usage")
  }
  return Object.keys(event).length === 1
}

/** Takes the usage from the headers of a response that was not streamed, unless the response has usage of its own. */
export const takeHeaders = (assembly: Assembly, headers: Readonly<Record<string, string>>): void => {
  const input = headers["x-amzn-bedrock-input-token-count"]
  const output = headers["x-amzn-bedrock-output-token-count"]
  if (assembly.usage !== null || input === undefined || output === undefined) return
  assembly.usage = TokenCounts.outsideCache({ input: Number(input), output: Number(output), cached: 0, written: 0 })
  assembly.saw("usage")
}

/** Makes a frame decoder that takes the metrics out of the events of another one. */
export const decoder = (assembly: Assembly, inner: FrameDecoder): FrameDecoder => ({
  frame: (value, event, json) => take(assembly, value) ? undefined : inner.frame(value, event, json),
  doneMarker: () => inner.doneMarker(),
  isWhole: () => inner.isWhole(),
  contract: inner.contract,
  finish: () => inner.finish(),
  templates: inner.templates
})
