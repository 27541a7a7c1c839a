/**
 * Restores the arguments of tool calls to the schemas of their tools, where the provider got others.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import type * as Schema from "effect/Schema"
import * as Restore from "../../domain/schemas/Restore.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { Values } from "../resilience/Policy.ts"

/** Restores the arguments of every finished tool call of a tool. What the provider sent stays beside them. */
export const restored = (
  values: Values<ResponseEvent>,
  tools: ReadonlyMap<string, Schema.JsonObject>
): Values<ResponseEvent> => {
  const restore = (event: ResponseEvent): ResponseEvent => {
    if (event._tag !== "OutputItemDone" || event.item._tag !== "ToolCall") return event
    const schema = tools.get(event.item.name)
    if (schema === undefined) return event
    const sent = event.item.arguments
    const value = Restore.restore(schema, sent)
    return Equal.equals(value, sent)
      ? event
      : { ...event, item: { ...event.item, arguments: value, argumentsSent: sent } }
  }
  return Effect.map(values, Arr.map(restore))
}
