/**
 * Responds to Ollama's requests about models: lists, details and downloads.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md#list-local-models
 */
import * as Json from "../Json.ts"
import type { IncomingRequest, SideResponse } from "../WireProtocol.ts"

const time = "2026-01-01T00:00:00Z"
const size = 2_019_393_189
const digest = "a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72"

const details: Json.JsonObject = {
  parent_model: "",
  format: "gguf",
  family: "llama",
  families: ["llama"],
  parameter_size: "3.2B",
  quantization_level: "Q4_K_M"
}

/** Creates one entry of the list of models. */
export const model = (name: string): Json.JsonObject => ({
  name,
  model: name,
  modified_at: time,
  size,
  digest,
  details
})

const shown: Json.JsonObject = {
  license: "",
  modelfile: "FROM simulated",
  parameters: "",
  template: "{{ .Prompt }}",
  details,
  model_info: {
    "general.architecture": "llama",
    "general.parameter_count": 3_212_749_888,
    "llama.context_length": 131_072
  },
  capabilities: ["completion", "tools", "thinking"],
  modified_at: time
}

const pulled = (isKnown: boolean): ReadonlyArray<Json.Json> => {
  const first = { status: "pulling manifest" }
  if (!isKnown) return [first, { error: "pull model manifest: file does not exist" }]
  const layer = { status: `pulling ${digest.slice(0, 12)}`, digest: `sha256:${digest}`, total: size }
  return [
    first,
    layer,
    { ...layer, completed: Math.floor(size / 2) },
    { ...layer, completed: size },
    { status: "verifying sha256 digest" },
    { status: "writing manifest" },
    { status: "success" }
  ]
}

/** Responds to a request about models. A name without a tag means the tag `latest`. */
export const sideResponse = (request: IncomingRequest, models: ReadonlyArray<string>): SideResponse | undefined => {
  const [, name] = /\/api\/(tags|show|version|ps|pull)$/.exec(request.path) ?? []
  const requested = Json.text(request.body["model"]) ?? Json.text(request.body["name"]) ?? ""
  const isKnown = models.some((known) => known === requested || known === `${requested}:latest`)
  const expected = name === "show" || name === "pull" ? "POST" : "GET"
  if (name === undefined) return undefined
  if (request.method !== expected) return { problem: { kind: "not-found", status: 405, message: "method not allowed" } }
  switch (name) {
    case "tags":
      return { json: { models: models.map(model) } }
    case "version":
      return { json: { version: "0.13.0" } }
    case "ps":
      return { json: { models: models.map((id) => ({ ...model(id), expires_at: time, size_vram: size })) } }
    case "show":
      return isKnown
        ? { json: shown }
        : { problem: { kind: "model-not-found", message: `model '${requested}' not found` } }
    default: {
      const lines = pulled(isKnown)
      if (request.body["stream"] !== false) return { lines }
      return isKnown
        ? { json: lines.at(-1) ?? null }
        : { problem: { kind: "server-error", message: "pull model manifest: file does not exist" } }
    }
  }
}
