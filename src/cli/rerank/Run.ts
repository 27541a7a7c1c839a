/**
 * Runs `sluice rerank`.
 */
import * as Effect from "effect/Effect"
import type { Model } from "../../domain/Model.ts"
import * as HttpReranker from "../../layers/rerank/HttpReranker.ts"
import { Reranker } from "../../services/Reranker.ts"
import * as Call from "../call/Call.ts"
import * as Target from "../call/Target.ts"
import type { TargetFlags } from "../call/TargetFlags.ts"
import * as Input from "../Input.ts"
import * as Output from "../Output.ts"

/** The flags and arguments of `sluice rerank`. */
export interface RerankFlags extends TargetFlags {
  /** `--query`: the text that the documents are compared with. */
  readonly query: string
  /** `--top-n`: how many documents to return; default: all. */
  readonly topN: number | undefined
  /** The documents; `-` or none where stdin is piped: the lines of stdin. */
  readonly document: ReadonlyArray<string>
}

const rank = (flags: RerankFlags, documents: ReadonlyArray<string>) =>
  Effect.fnUntraced(function*(model: Model) {
    const { query, topN } = flags
    const ranking = yield* Reranker.rerank({ model, query, documents, topN })
    yield* Output.write(
      ranking.results.map(({ document, index, score }) =>
        flags.json
          ? `${JSON.stringify({ _tag: "RankedDocument", index, score, document })}\n`
          : `${score}\t${index}\t${document.replaceAll(/\s+/g, " ")}\n`
      ).join("")
    )
    const { model: usedModel, responseId, searchUnits, usage } = ranking
    if (flags.json) {
      yield* Output.write(
        `${JSON.stringify({ _tag: "Completed", model: usedModel, responseId, searchUnits, usage })}\n`
      )
    }
    yield* Output.writeErrorLine(
      `${Output.counted(ranking.results.length, "document")} of ${documents.length} · ${
        searchUnits > 0 ? Output.counted(searchUnits, "search unit") : Output.counted(usage.totalTokens, "token")
      }`
    )
  })

/** Ranks the documents of the command line. */
export const run = Effect.fnUntraced(function*(flags: RerankFlags) {
  const documents = yield* Input.texts(flags.document, "document")
  const target = yield* Target.resolve(flags, "rerank")
  yield* Call.run(target, HttpReranker.layer, rank(flags, documents))
}, Call.command)
