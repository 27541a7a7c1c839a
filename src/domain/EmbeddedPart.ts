/**
 * The embeddings that were made before a request failed.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import type { Vector } from "./Embedding.ts"
import { TokenUsage } from "./TokenUsage.ts"

/** A vector as JSON: the bytes of its numbers. */
const Stored = Schema.Struct({
  type: Schema.Literals(["float32", "int8", "uint8"]),
  bytes: Schema.Uint8ArrayFromBase64
})

const StoredVector = Stored.pipe(
  Schema.decodeTo(
    Schema.Union([
      Schema.instanceOf(Float32Array<ArrayBufferLike>),
      Schema.instanceOf(Int8Array<ArrayBufferLike>),
      Schema.instanceOf(Uint8Array<ArrayBufferLike>)
    ]),
    SchemaTransformation.transform({
      decode: ({ bytes, type }): Vector => {
        switch (type) {
          case "float32":
            return new Float32Array(bytes.slice().buffer)
          case "int8":
            return new Int8Array(bytes)
          case "uint8":
            return bytes
        }
      },
      encode: (vector: Vector) => ({
        type: vector instanceof Float32Array
          ? "float32" as const
          : vector instanceof Int8Array
          ? "int8" as const
          : "uint8" as const,
        bytes: new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
      })
    })
  )
)

const inspect = Symbol.for("nodejs.util.inspect.custom")

/**
 * Schema class for the embeddings that were made before a request failed, so that nothing that was paid for is lost.
 *
 * **Details**
 *
 * Printing one shows the number of embeddings, and no vector.
 *
 * @category models
 * @since 0.1.0
 */
export class EmbeddedPart extends Schema.Class<EmbeddedPart>("sluice/EmbeddedPart")({
  /** The embeddings, in the order of their inputs. */
  embeddings: Schema.Array(Schema.Struct({
    /** The position of the input in the request, from 0. */
    index: Schema.Int,
    /** The vector; as JSON, its bytes in base64. */
    vector: StoredVector
  })),
  /** The tokens of these embeddings; a count that the provider does not send is 0. */
  usage: TokenUsage
}) {
  toJSON(): unknown {
    return { _tag: "EmbeddedPart", embeddings: this.embeddings.length, usage: this.usage }
  }

  override toString(): string {
    return JSON.stringify(this)
  }

  [inspect](): unknown {
    return this.toJSON()
  }
}
