/**
 * Creates `groundingMetadata`: the sources of a completion and the passages that refer to them.
 *
 * @see https://ai.google.dev/gemini-api/docs/google-search
 */
import type * as Json from "../Json.ts"
import * as Completion from "../Completion.ts"

const encoder = new TextEncoder()

// Google's offsets count bytes.
const bytesOf = (text: string): number => encoder.encode(text).length

/** Creates the grounding of a completion. Returns `undefined` when it has neither citations nor searches. */
export const of = (completion: Completion.Completion): Json.JsonObject | undefined => {
  const chunks: Array<{ readonly uri: string; readonly title: string }> = []
  const supports: Array<Json.JsonObject> = []
  const queries: Array<string> = []
  const indexOf = (uri: string, title: string): number => {
    const known = chunks.findIndex((chunk) => chunk.uri === uri)
    return known === -1 ? chunks.push({ uri, title }) - 1 : known
  }
  let offset = 0
  for (const part of completion.parts) {
    if (part._tag === "WebSearch") {
      queries.push(part.query)
      for (const { title, url } of part.results ?? []) indexOf(url, title)
    }
    if (part._tag !== "Text" || part.flood !== undefined) continue
    const text = Completion.textOf(part)
    for (const source of part.citations ?? []) {
      const start = source.start ?? 0
      const passage = text.slice(start, source.end ?? text.length)
      const startIndex = offset + bytesOf(text.slice(0, start))
      supports.push({
        segment: {
          ...(startIndex === 0 ? {} : { startIndex }),
          endIndex: startIndex + bytesOf(passage),
          text: passage
        },
        groundingChunkIndices: [indexOf(source.url, source.title)]
      })
    }
    offset += bytesOf(text)
  }
  if (chunks.length === 0 && queries.length === 0) return undefined
  return {
    ...(queries.length === 0 ? {} : {
      searchEntryPoint: { renderedContent: `<div>${queries.join(", ")}</div>` },
      webSearchQueries: queries
    }),
    groundingChunks: chunks.map((web) => ({ web })),
    ...(supports.length === 0 ? {} : { groundingSupports: supports })
  }
}
