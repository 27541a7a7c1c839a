/**
 * Converts the calls of tools that a provider runs by itself.
 *
 * `effect/ai` fails a response with a call of a tool that its toolkit does not have, or whose parameters or result are
 * not what the tool's schemas describe. So a call becomes parts only where the toolkit has the tool and its schemas
 * accept what the provider sent.
 */
import type * as Response from "effect/ai/Response"
import * as Tool from "effect/ai/Tool"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ServerToolCall } from "../../../domain/ResponseItem.ts"
import type { ItemMetadata } from "./Metadata.ts"

/** Converts a call or its result; `undefined` where the toolkit has no such tool. */
export type ServerTools = (
  item: ServerToolCall,
  id: string,
  sluice: ItemMetadata
) => ReadonlyArray<Response.ToolCallPartEncoded | Response.ToolResultPartEncoded> | undefined

const isResult = /_result$/

/** Returns the provider's name of the tool: the types of items are `web_search_call`, `web_search_tool_result`, …. */
const nameOf = (item: ServerToolCall): string =>
  item.name ?? item.type.replace(/_(?:tool_result|call_output|tool_call|call|result)$/, "")

const fieldsOf = (native: Schema.Json): { readonly [key: string]: Schema.Json | undefined } =>
  typeof native === "object" && native !== null && !Array.isArray(native) ? native as Schema.JsonObject : {}

/** Returns the first value that the schema accepts. */
const accepted = (schema: unknown, values: ReadonlyArray<unknown>): Option.Option<unknown> => {
  if (!Schema.isSchema(schema)) return Option.none()
  const decode = Schema.decodeUnknownOption(schema as Schema.Codec<unknown, unknown>)
  return Option.fromUndefinedOr(values.find((value) => value !== undefined && Option.isSome(decode(value))))
}

/** Creates the converter for the tools of a request. */
export const make = (tools: ReadonlyArray<Tool.Any>): ServerTools => {
  const declared = new Map(
    tools.filter((tool) => Tool.isProviderDefined(tool)).map((tool) => [tool.providerName as string, tool as Tool.Any])
  )
  if (declared.size === 0) return () => undefined
  return (item, id, sluice) => {
    const tool = declared.get(nameOf(item))
    if (tool === undefined) return undefined
    const { action, content, input, output, results, status } = fieldsOf(item.native)
    const metadata = { sluice }
    const result = accepted(tool.successSchema, [content, results, output, { action, status }, item.native]).pipe(
      Option.map((result): Response.ToolResultPartEncoded => ({
        type: "tool-result",
        id,
        name: tool.name,
        result,
        isFailure: false,
        providerExecuted: true,
        metadata
      }))
    )
    if (isResult.test(item.type)) return Option.match(result, { onNone: () => undefined, onSome: (part) => [part] })
    const params = accepted(tool.parametersSchema, [input, action, item.native, {}])
    if (Option.isNone(params)) return undefined
    const call: Response.ToolCallPartEncoded = {
      type: "tool-call",
      id,
      name: tool.name,
      params: params.value,
      providerExecuted: true,
      metadata
    }
    // A call of Anthropic has its result in an item of its own.
    if (item.type === "server_tool_use" || Option.isNone(result)) return [call]
    return [call, { ...result.value, metadata: {} }]
  }
}
