/**
 * Finds the recorded responses of providers. They are not part of this repository: they are in the folder that
 * `SLUICE_WIRE` names, or in `../shared/wire` next to the project.
 */
import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"

const root = join(import.meta.dirname, "../..")
const folder = resolve(root, process.env["SLUICE_WIRE"] ?? "../shared/wire")

/** Whether the folder exists. */
export const isPresent: boolean = existsSync(join(folder, "manifest.json"))

/** The title of the one test that is skipped without it. */
export const missing: string = `the recordings are not in ${folder} (set SLUICE_WIRE)`

/** Reads a file of the folder. */
export const read = (path: string): Uint8Array => readFileSync(join(folder, path))

/** Reads a JSON file of the folder. */
export const readJson = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), "utf8"))

/** The protocols of the families of recordings. */
export const protocols: Readonly<Record<string, ProtocolName>> = {
  "openai-chat": "openai-chat",
  "openai-compat": "openai-chat",
  mistral: "openai-chat",
  "openai-responses": "openai-responses",
  "anthropic-messages": "anthropic-messages",
  "bedrock-converse": "bedrock-converse",
  "cohere-v2": "cohere",
  ollama: "ollama",
  gemini: "gemini"
}

export interface Recording {
  readonly id: string
  readonly path: string
  readonly family: string
  readonly protocol: string | null
  readonly provider: string
  readonly kind: "stream" | "response" | "error" | "embedding" | "rerank"
  readonly status: number
  readonly headers: Readonly<Record<string, string>> | null
  readonly request?: { readonly model?: string | null } | null
  readonly chunkLengths?: ReadonlyArray<number>
  readonly expected: {
    readonly text: string | null
    readonly reasoningText: string | null
    readonly toolCalls:
      | ReadonlyArray<{
        readonly id: string | null
        readonly name: string
        readonly arguments: unknown
        readonly argumentsRaw?: string
      }>
      | null
    readonly finishReasonRaw: string | null
    readonly responseId: string | null
    readonly model: string | null
    readonly errorType: string | null
  }
  readonly facts: {
    readonly rawUsage?: Readonly<Record<string, unknown>>
    readonly errorCode?: string | number
    readonly errorMessage?: string
    readonly refusal?: string
    readonly toolPlan?: string
    readonly otherChoices?: unknown
    /** The family of the payloads of InvokeModel's frames. */
    readonly innerFamily?: string
  }
}

/** Returns the recordings of some families in the manifest's order. */
export const recordings = (families: ReadonlyArray<string>): ReadonlyArray<Recording> =>
  isPresent
    ? (readJson("manifest.json") as ReadonlyArray<Recording>).filter((entry) => families.includes(entry.family))
    : []
