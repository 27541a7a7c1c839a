/** A value of Sluice while it arrives: `ChatModel.streamObject`, each partial value read. */
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ChatModel } from "sluice"
import { models } from "../lib/Wire.ts"
import type { Client, Target } from "./Client.ts"
import { live } from "./Sluice.ts"

const fields = {
  id: Schema.Int,
  title: Schema.String,
  score: Schema.Finite,
  isOpen: Schema.Boolean,
  tags: Schema.Array(Schema.String),
  owner: Schema.Struct({
    name: Schema.String,
    address: Schema.Struct({ city: Schema.String, lines: Schema.Array(Schema.String) })
  }),
  parent: Schema.NullOr(Schema.Int),
  summary: Schema.String
}

const schemaOf = <S extends Schema.Codec<unknown>>(record: S) =>
  Schema.Struct({ records: Schema.Array(record), note: Schema.String })

/** The schema of the records; `isOptional` has properties that may be absent, so that partial values are restored. */
const schemas = {
  required: schemaOf(Schema.Struct(fields)),
  optional: schemaOf(Schema.Struct({ ...fields, summary: Schema.optional(Schema.String) }))
}

/** Opens Sluice for values of one of the schemas. */
export const openWith = async (target: Target, schema: Schema.Codec<unknown>): Promise<Client> => {
  const runtime = ManagedRuntime.make(live(target))
  await runtime.context()
  const request = { model: models[target.protocol], prompt: "Hello", schema }
  return {
    run: (sink) => {
      let partials = 0
      return runtime.runPromise(Stream.runForEachArray(ChatModel.streamObject(request), (events) => {
        for (const event of events) {
          if (event._tag === "Partial" && event.value !== undefined) partials++
          else if (event._tag === "Value") {
            if (partials === 0) throw new Error("there was no partial value")
            sink.push(JSON.stringify(event.value))
            sink.usage(event.completion.usage?.inputTokens, event.completion.usage?.outputTokens)
          }
        }
        return Effect.void
      }))
    },
    close: () => runtime.dispose()
  }
}

export const open = (target: Target): Promise<Client> => openWith(target, schemas.required)

export const openOptional = (target: Target): Promise<Client> => openWith(target, schemas.optional)
