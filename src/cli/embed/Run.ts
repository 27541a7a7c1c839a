/**
 * Runs `sluice embed`.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { EmbeddingBatch } from "../../domain/Embedding.ts"
import type { Model } from "../../domain/Model.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import * as HttpEmbeddings from "../../layers/embeddings/HttpEmbeddings.ts"
import { Embeddings } from "../../services/Embeddings.ts"
import * as Call from "../call/Call.ts"
import * as Target from "../call/Target.ts"
import type { TargetFlags } from "../call/TargetFlags.ts"
import * as Input from "../Input.ts"
import * as Output from "../Output.ts"

/** The flags and arguments of `sluice embed`. */
export interface EmbedFlags extends TargetFlags {
  /** `--dimensions`: the length of the vectors; default: the model's. */
  readonly dimensions: number | undefined
  /** `--purpose`: the use of the vectors, such as `query` or `document`; default: not sent. */
  readonly purpose: string | undefined
  /** The texts; `-` or none where stdin is piped: the lines of stdin. */
  readonly text: ReadonlyArray<string>
}

/** Formats numbers with nine digits, which are enough for single precision. */
const numbers = (vector: Float32Array): ReadonlyArray<number> =>
  Array.from(vector, (value) => Number(value.toPrecision(9)))

const printed = ({ embeddings }: EmbeddingBatch, json: boolean): string =>
  embeddings.map(({ index, vector }) => {
    const values = numbers(vector)
    return `${JSON.stringify(json ? { _tag: "Embedding", index, vector: values } : values)}\n`
  }).join("")

const embed = (flags: EmbedFlags, inputs: ReadonlyArray<string>) =>
  Effect.fnUntraced(function*(model: Model) {
    let usage = TokenUsage.zero
    let dimensions = 0
    let usedModel: string | null = null
    let requests = 0
    const { dimensions: wanted, purpose } = flags
    yield* Stream.runForEach(
      Embeddings.stream({ model, inputs, dimensions: wanted, purpose }),
      (batch) => {
        usage = TokenUsage.add(usage, batch.usage)
        dimensions = batch.embeddings[0]?.vector.length ?? dimensions
        usedModel ??= batch.model
        requests++
        return Output.write(printed(batch, flags.json))
      }
    )
    if (flags.json) {
      yield* Output.write(
        `${
          JSON.stringify({ _tag: "Completed", count: inputs.length, dimensions, model: usedModel, requests, usage })
        }\n`
      )
    }
    yield* Output.writeErrorLine(
      `${Output.counted(inputs.length, "vector")} of ${dimensions} dimensions · ${
        Output.counted(usage.inputTokens, "token")
      } · ${Output.counted(requests, "request")}`
    )
  })

/** Embeds the texts of the command line. */
export const run = Effect.fnUntraced(function*(flags: EmbedFlags) {
  const inputs = yield* Input.texts(flags.text, "text")
  const target = yield* Target.resolve(flags, "embeddings")
  yield* Call.run(target, HttpEmbeddings.layer, embed(flags, inputs))
}, Call.command)
