/**
 * The wire format of rankings of Bedrock's agent runtime, for any of its models that rank.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { RerankDocument } from "../../domain/Rerank.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import { defined, nonEmpty } from "../json/Json.ts"
import { ranked } from "./Cohere.ts"
import { type EncodeContext, invalid, type WireFormat } from "./WireFormat.ts"

const source = (document: RerankDocument): Schema.JsonObject => ({
  type: "INLINE",
  inlineDocumentSource: typeof document === "string"
    ? { type: "TEXT", textDocument: { text: document } }
    : { type: "JSON", jsonDocument: document }
})

const modelArn = ({ model, variables }: EncodeContext): string | undefined =>
  model.startsWith("arn:")
    ? model
    : variables["region"] === undefined
    ? undefined
    : `arn:aws:bedrock:${variables["region"]}::foundation-model/${model}`

/** The wire format. It reports no usage, and responds in pages if there are many documents. */
export const wireFormat: WireFormat = {
  lacks: ["truncate", "maxTokensPerDocument"],
  encode: (request, context) => {
    const arn = modelArn(context)
    return arn === undefined
      ? invalid(context, "model", "the region is not known: set AWS_REGION, or give the model's ARN")
      : Result.succeed(defined({
        queries: [{ type: "TEXT", textQuery: { text: request.query } }],
        sources: request.documents.map(source),
        rerankingConfiguration: {
          type: "BEDROCK_RERANKING_MODEL",
          bedrockRerankingConfiguration: defined({
            numberOfResults: request.topN ?? request.documents.length,
            modelConfiguration: { modelArn: arn }
          })
        },
        nextToken: context.next
      }))
  },
  decode: (body) =>
    Result.map(ranked(body.results, "relevanceScore"), (results) => ({
      results,
      responseId: null,
      model: null,
      usage: TokenUsage.of(0, 0),
      searchUnits: 0,
      next: nonEmpty(body.nextToken)
    }))
}
