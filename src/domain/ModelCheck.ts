/**
 * Checks of requests against the facts about a model.
 */
import type { CompletionRequest } from "./CompletionRequest.ts"
import * as MediaTypes from "./MediaTypes.ts"
import type { ModelInfo, ModelKind } from "./ModelInfo.ts"

/** A part of a request that the model is known not to support. */
export interface ModelProblem {
  /** The field of the request. */
  readonly parameter: string
  /** A sentence about it. */
  readonly detail: string
}

/** What the kinds of models do that complete no prompts. A model that makes images may complete prompts too. */
const otherTasks: Partial<Record<ModelKind, string>> = {
  embedding: "makes embeddings",
  rerank: "ranks documents",
  transcription: "transcribes recordings",
  speech: "makes speech",
  moderation: "moderates texts"
}

/** Whether nothing about a model is verified, so that nothing is rejected because of it. */
const isUnverified = ({ unverified }: ModelInfo): boolean => unverified.some((note) => /^everything$/i.test(note))

/**
 * Returns the problem of a model that is made for something else than completions; `undefined` where that is not
 * certain.
 */
export const ofKind = (model: ModelInfo): ModelProblem | undefined => {
  const does = model.kind === undefined ? undefined : otherTasks[model.kind]
  return does === undefined || isUnverified(model)
    ? undefined
    : { parameter: "model", detail: `${model.id} ${does} and completes no prompts` }
}

const hasImage = ({ prompt }: CompletionRequest): boolean =>
  prompt.content.some(({ content }) =>
    typeof content !== "string" &&
    content.some((part) => part.type === "file" && MediaTypes.kindOf(part.mediaType) === "image")
  )

/**
 * Returns the first part of a request that the model does not support according to the catalogue: tools, images, a
 * schema, or its output limit. The catalogue may be wrong.
 */
export const ofRequest = (model: ModelInfo, request: CompletionRequest): ModelProblem | undefined => {
  const { capabilities, id, maxOutputTokens } = model
  if (capabilities.tools === false && (request.tools ?? []).length > 0 && request.toolChoice !== "none") {
    return { parameter: "tools", detail: `${id} has no tools` }
  }
  if (capabilities.vision === false && hasImage(request)) {
    return { parameter: "prompt", detail: `${id} reads no images` }
  }
  if (
    capabilities.structuredOutput === false && request.outputSchema !== undefined && request.outputSchema !== "json"
  ) {
    return { parameter: "outputSchema", detail: `${id} has no structured output` }
  }
  if (maxOutputTokens !== undefined && (request.maxOutputTokens ?? 0) > maxOutputTokens) {
    return { parameter: "maxOutputTokens", detail: `${id} writes at most ${maxOutputTokens} tokens` }
  }
  return undefined
}
