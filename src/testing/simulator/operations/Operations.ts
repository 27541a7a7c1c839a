/**
 * All operations of the simulator except chat. Their paths go before those of the chat protocols.
 */
import * as EmbeddingWireFormats from "./EmbeddingWireFormats.ts"
import * as Embeddings from "./Embeddings.ts"
import type { Operation } from "./Operation.ts"
import * as Rerank from "./Rerank.ts"
import * as Speech from "./Speech.ts"
import * as Transcription from "./Transcription.ts"
import * as XAiAudio from "./XAiAudio.ts"

const all: ReadonlyArray<Operation> = [
  ...EmbeddingWireFormats.operations,
  ...Rerank.operations,
  Embeddings.operation,
  Transcription.operation,
  Speech.operation,
  ...XAiAudio.operations
]

/** Finds the operation of a path. */
export const forPath = (path: string): Operation | undefined => all.find((operation) => operation.serves(path))
