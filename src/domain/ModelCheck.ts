/**
 * What of a request a model is known not to do.
 */
import type { CompletionRequest } from "./CompletionRequest.ts"
import type { ModelInfo, ModelKind } from "./ModelInfo.ts"

/**
 * Something that a model does not do: which field of the request asks for it, and a sentence about it.
 */
export interface Flaw {
  readonly parameter: string
  readonly detail: string
}

/** Kinds of models that do not answer prompts; a model that makes images may do that too. */
const silent: Partial<Record<ModelKind, string>> = {
  embedding: "makes embeddings",
  rerank: "ranks documents",
  transcription: "writes down what is said",
  speech: "reads texts out",
  moderation: "judges texts"
}

/** What is only said of a model from hearsay is no reason to refuse anything. */
const isHearsay = ({ unverified }: ModelInfo): boolean => unverified.some((said) => /^everything$/i.test(said))

/**
 * What is wrong with asking a model for a completion at all: it is made for something else. Nothing, when that is not
 * certain.
 */
export const ofKind = (model: ModelInfo): Flaw | undefined => {
  const does = model.kind === undefined ? undefined : silent[model.kind]
  return does === undefined || isHearsay(model)
    ? undefined
    : { parameter: "model", detail: `${model.id} ${does} and answers no prompts` }
}

const hasImage = ({ prompt }: CompletionRequest): boolean =>
  prompt.content.some(({ content }) =>
    typeof content !== "string" && content.some((part) => part.type === "file" && part.mediaType.startsWith("image/"))
  )

/**
 * What is wrong with a request by what is known of its model: tools, images, a schema, or more output than it is listed to
 * do. A list may be wrong, and a provider more lenient.
 */
export const ofRequest = (model: ModelInfo, request: CompletionRequest): Flaw | undefined => {
  const { capabilities, id, maxOutputTokens } = model
  if (capabilities.tools === false && (request.tools ?? []).length > 0 && request.toolChoice !== "none") {
    return { parameter: "tools", detail: `${id} calls no tools` }
  }
  if (capabilities.vision === false && hasImage(request)) {
    return { parameter: "prompt", detail: `${id} sees no images` }
  }
  if (
    capabilities.structuredOutput === false && request.outputSchema !== undefined && request.outputSchema !== "json"
  ) {
    return { parameter: "outputSchema", detail: `${id} keeps to no schema` }
  }
  if (maxOutputTokens !== undefined && (request.maxOutputTokens ?? 0) > maxOutputTokens) {
    return { parameter: "maxOutputTokens", detail: `${id} writes at most ${maxOutputTokens} tokens` }
  }
  return undefined
}
