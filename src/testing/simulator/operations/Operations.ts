/**
 * The table of the operations that the simulator knows besides chat, by path; it is asked before the protocols of chat.
 *
 * @since 0.1.0
 */
import * as EmbeddingForms from "./EmbeddingForms.ts"
import * as Embeddings from "./Embeddings.ts"
import type { Operation } from "./Operation.ts"
import * as Rerank from "./Rerank.ts"
import * as Speech from "./Speech.ts"
import * as Transcription from "./Transcription.ts"

const all: ReadonlyArray<Operation> = [
  ...EmbeddingForms.operations,
  ...Rerank.operations,
  Embeddings.operation,
  Transcription.operation,
  Speech.operation
]

/**
 * Finds the operation of a path.
 *
 * @category accessors
 * @since 0.1.0
 */
export const forPath = (path: string): Operation | undefined => all.find((operation) => operation.serves(path))
